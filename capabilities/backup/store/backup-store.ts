/** Takes one object in pieces. Nothing is there under its name before {@link ObjectWriter.commit}. */
export interface ObjectWriter {
  write(piece: Buffer): Promise<void>
  /** Makes it durable under its name. @throws {BergfriedError} `backup.store` */
  commit(): Promise<void>
  /** Leaves nothing behind. */
  abort(): Promise<void>
}

/**
 * Where backups lie. Names are relative, of letters, digits, `-._/`.
 *
 * @throws {BergfriedError} `backup.store` not reachable, refused, full
 */
export interface BackupStore {
  /** For people: a folder, a bucket. */
  readonly place: string
  begin(name: string): Promise<ObjectWriter>
  /** @throws {BergfriedError} `backup.store` also where there is none of this name */
  read(name: string): AsyncIterable<Buffer>
  /** Names that begin with this. */
  list(prefix: string): Promise<readonly string[]>
  remove(name: string): Promise<void>
}

export const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/
