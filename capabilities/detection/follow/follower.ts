import { type FileHandle, open, stat } from 'node:fs/promises'

/** How far a file was read: which one, and to which byte. */
export interface Position {
  readonly inode: string
  readonly offset: number
}

export interface Read {
  readonly lines: readonly string[]
  /** After these lines. */
  readonly position: Position
}

/** Bytes read at a time. */
const PIECE = 1 << 20
/** A line that is longer is cut there; the rest of it is passed over. */
export const LONGEST_LINE = 65_536

/**
 * Follows a file that grows, through its rotation: renamed (what is left of the old one is read first), copied and truncated, made anew.
 * What was read once is read again only from the position that the caller kept.
 */
export class Follower {
  readonly #path: string
  #file: FileHandle | null = null
  #inode = ''
  #offset = 0

  /** @param from - null: from the beginning of what is there */
  constructor(path: string, from: Position | null) {
    this.#path = path
    this.#inode = from?.inode ?? ''
    this.#offset = from?.offset ?? 0
  }

  /** The next whole lines. @returns null where there is nothing new; throws what the file system says, but for a file that is not there */
  async read(): Promise<Read | null> {
    const file = this.#file ?? (await this.#open())
    if (file === null) return null
    const { size } = await file.stat()
    // Copied and truncated: what comes now is new. Told at once, so that it is kept before the file has its old length again.
    if (size < this.#offset) {
      this.#offset = 0
      return { lines: [], position: { inode: this.#inode, offset: 0 } }
    }
    const buffer = Buffer.alloc(Math.min(PIECE, size - this.#offset))
    const { bytesRead } = await file.read(buffer, 0, buffer.length, this.#offset)
    const end = buffer.lastIndexOf(10, bytesRead - 1)
    if (end === -1 && bytesRead < LONGEST_LINE) {
      await this.#nextFile(bytesRead)
      return null
    }
    // Without an end within the longest line: cut, and go on after it.
    const taken = end === -1 ? bytesRead : end + 1
    this.#offset += taken
    const lines = buffer
      .toString('utf8', 0, taken)
      .split('\n')
      .filter((line) => line !== '')
    return { lines, position: { inode: this.#inode, offset: this.#offset } }
  }

  async close(): Promise<void> {
    await this.#file?.close().catch(() => undefined)
    this.#file = null
  }

  /** Opens the file that was read last, under its name or that of its rotation, else the one that is there. */
  async #open(): Promise<FileHandle | null> {
    for (const path of [this.#path, `${this.#path}.1`]) {
      const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null
        throw error
      })
      if (file === null) continue
      const { ino } = await file.stat({ bigint: true })
      if (this.#inode === '' || String(ino) === this.#inode) {
        this.#inode = String(ino)
        this.#file = file
        return file
      }
      await file.close()
    }
    if (this.#inode === '') return null
    // The one that was read last is gone: everything in the new one is new.
    this.#inode = ''
    this.#offset = 0
    return this.#open()
  }

  /** All of this one was read: if another one has its name now, that is next. @param rest - bytes of a line that has no end yet */
  async #nextFile(rest: number): Promise<void> {
    const now = await stat(this.#path, { bigint: true }).catch(() => null)
    if (now === null || String(now.ino) === this.#inode || rest > 0) return
    await this.close()
    this.#inode = ''
    this.#offset = 0
  }
}
