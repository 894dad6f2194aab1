/** A file of the log by its path below the prefix: `checkpoint`, `tile/0/000`, `tile/entries/000.p/7`. */
export interface LogFile {
  readonly path: string
  readonly bytes: Uint8Array
}

/** Reads the files of a log. */
export interface LogReader {
  /** Null where there is no such file. */
  read(path: string): Promise<Uint8Array | null>
}

/** Where the files of a log lie: a folder, or an object store. */
export interface LogStore extends LogReader {
  /**
   * Writes files that never change again. When it resolves they survive the loss of power; when it rejects, any of them may
   * be there or not, and the same call may be made again.
   *
   * @throws {BergfriedError} `evidence.store`
   */
  append(files: readonly LogFile[]): Promise<void>
  /**
   * Puts a new head in place of the one before, durably and at once: a reader sees the one or the other.
   *
   * @throws {BergfriedError} `evidence.store`
   */
  replace(path: HeadPath, bytes: Uint8Array): Promise<void>
  close(): Promise<void>
}

/** `checkpoint`: what is published. `pending`: what was signed last, and may still lack cosignatures. */
export type HeadPath = 'checkpoint' | 'pending'
