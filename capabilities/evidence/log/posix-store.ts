import { dirname, join } from 'node:path'
import { parseTilePath } from '../../../engines/tlog/tile.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { diskFiles, type FileLayer } from './file-layer.ts'
import { Journal, readJournal } from './journal.ts'
import { lockFolder } from './lock.ts'
import type { HeadPath, LogFile, LogReader, LogStore } from './log-store.ts'
import { TileFiles } from './tile-files.ts'

const JOURNALS = ['journal.0', 'journal.1'] as const
const SETTLE_AFTER_BYTES = 16 * 1024 * 1024
/** So much may be on its way from a journal to its places. */
const MOST_WAITING_BYTES = 16 * 1024 * 1024
/** So much more is taken while the disk is still busy with what came before. */
const PATIENCE = 4

export interface PosixOptions {
  readonly files?: FileLayer
  /** Size of a journal after which its appends are brought to their own files. */
  readonly settleAfterBytes?: number
  /** Bytes by which a journal is made longer than it need be. */
  readonly aheadBytes?: number
}

/**
 * A log in a folder, as any web server could serve it: `checkpoint`, `tile/...`. Beside them `pending`, `lock` and two
 * journals.
 *
 * An append is durable with one write and one sync, in a journal. Its files are written into the system's memory after it; a
 * reader gets them from here until they are there, and a checkpoint waits for them. From time to time the other journal takes
 * over, all files are synced, and the first one is cleared. Opening writes what the journals still hold once more, so a file
 * that a loss of power tore is whole again.
 *
 * @throws {BergfriedError} `evidence.locked` another process writes there; `evidence.store`
 */
export async function openPosixStore(folder: string, options: PosixOptions = {}): Promise<LogStore> {
  const files = options.files ?? diskFiles
  return guarded(folder, async () => {
    // The folder's own name must last, too, or all that is in it is gone with it.
    for (const parent of new Set([...files.makeFolder(folder), dirname(folder)])) await files.sync(parent)
    const unlock = lockFolder(files, folder)
    const journals: Journal[] = []
    try {
      const left = JOURNALS.flatMap((name) => readJournal(files.readNow(join(folder, name)) ?? new Uint8Array()))
      for (const name of JOURNALS) {
        journals.push(new Journal(await files.openForAppend(join(folder, name)), options.aheadBytes))
      }
      const [active, resting] = journals
      if (active === undefined || resting === undefined) throw new Error('two journals')
      await files.sync(folder)
      const store = new PosixStore(folder, files, [active, resting], unlock, options.settleAfterBytes)
      await store.begin(left)
      return store
    } catch (error) {
      await Promise.allSettled(journals.map((journal) => journal.close()))
      unlock()
      throw error
    }
  })
}

/** Reads a log in a folder that another process writes. */
export const openPosixReader = (folder: string, files: FileLayer = diskFiles): LogReader => ({
  read: (path) => guarded(folder, () => files.read(join(folder, path))),
})

class PosixStore implements LogStore {
  readonly #folder: string
  readonly #files: FileLayer
  readonly #tiles: TileFiles
  readonly #unlock: () => void
  readonly #settleAfter: number
  #active: Journal
  #resting: Journal
  #settling: Promise<void> | null = null
  #turn: Promise<unknown> = Promise.resolve()
  /** Files that a journal holds and that are on their way to their places. */
  readonly #waiting = new Map<string, LogFile>()
  #waitingBytes = 0
  #writing: Promise<void> = Promise.resolve()
  #failed = false

  constructor(
    folder: string,
    files: FileLayer,
    [active, resting]: readonly [Journal, Journal],
    unlock: () => void,
    settleAfter = SETTLE_AFTER_BYTES,
  ) {
    this.#folder = folder
    this.#files = files
    this.#tiles = new TileFiles(folder, files)
    this.#active = active
    this.#resting = resting
    this.#unlock = unlock
    this.#settleAfter = settleAfter
  }

  /** Writes what the journals of the last time held, and only then forgets it. */
  async begin(left: readonly LogFile[]): Promise<void> {
    const tiles = left.filter((file) => parseTilePath(file.path) !== null)
    for (const file of await this.#tiles.writeNew(tiles)) await this.#tiles.write(file)
    this.#tiles.removePartials(tiles)
    if (tiles.length > 0) await this.#tiles.sync()
    await this.#active.clear()
    await this.#resting.clear()
  }

  read(path: string): Promise<Uint8Array | null> {
    const waiting = this.#waiting.get(path)
    if (waiting !== undefined) return Promise.resolve(waiting.bytes)
    return guarded(this.#folder, () => this.#files.read(join(this.#folder, path)))
  }

  append(files: readonly LogFile[]): Promise<void> {
    const mine = this.#turn.then(() => guarded(this.#folder, () => this.#append(files)))
    // One at a time: a journal has one end.
    this.#turn = mine.catch(() => undefined)
    return mine
  }

  async #append(files: readonly LogFile[]): Promise<void> {
    if (files.length === 0) return
    if (this.#failed || this.#waitingBytes > MOST_WAITING_BYTES) await this.#written()
    const durable = this.#active.append(files)
    this.#writing = this.#put(files, durable, this.#writing)
    this.#writing.catch(() => {
      this.#failed = true
    })
    await durable
    if (this.#active.bytes < this.#settleAfter) return
    const settled = this.#settle()
    // Nothing is lost where it fails: the journal keeps what it holds, and it is tried again.
    if (this.#active.bytes < this.#settleAfter * PATIENCE) settled.catch(() => undefined)
    else await settled
  }

  /** Writes the files of an append once the journal holds them, behind those of the appends before. */
  async #put(files: readonly LogFile[], durable: Promise<void>, before: Promise<void>): Promise<void> {
    try {
      await durable
    } catch {
      // Whoever appended is told, and nothing was touched.
      return before
    }
    for (const file of files) this.#waiting.set(file.path, file)
    this.#waitingBytes += sizeOf(files)
    await before
    await this.#place(files, await this.#tiles.writeNew(files))
  }

  /** @param others - those of the files in whose place another content stands */
  async #place(files: readonly LogFile[], others: readonly LogFile[]): Promise<void> {
    for (const file of others) await this.#tiles.write(file)
    this.#tiles.removePartials(files)
    for (const file of files) this.#waiting.delete(file.path)
    this.#waitingBytes -= sizeOf(files)
  }

  /** Returns when every file that a journal holds is in its place; what failed before is tried once more. */
  async #written(): Promise<void> {
    try {
      await this.#writing
    } catch {
      const files = [...this.#waiting.values()]
      await this.#place(files, files)
      this.#writing = Promise.resolve()
      this.#failed = false
    }
  }

  replace(path: HeadPath, bytes: Uint8Array): Promise<void> {
    return guarded(this.#folder, async () => {
      // Whoever reads the folder itself must find what the published head speaks of.
      if (path === 'checkpoint') await this.#writing
      const fresh = join(this.#folder, `${path}.next`)
      await this.#files.put(fresh, bytes)
      await this.#files.sync(fresh)
      this.#files.rename(fresh, join(this.#folder, path))
      await this.#files.sync(this.#folder)
    })
  }

  async close(): Promise<void> {
    await this.#turn
    await guarded(this.#folder, async () => {
      try {
        await this.#settling?.catch(() => undefined)
        await this.#written()
        await this.#settle()
      } finally {
        await Promise.all([this.#active.close(), this.#resting.close()])
        this.#unlock()
      }
    })
  }

  /** Lets the other journal take over, brings everything to the disk and clears the first. One at a time. */
  #settle(): Promise<void> {
    this.#settling ??= this.#settleNow().finally(() => {
      this.#settling = null
    })
    return this.#settling
  }

  async #settleNow(): Promise<void> {
    // Not empty where the last time failed: then its records stay until a sync succeeds.
    if (this.#resting.bytes === 0) [this.#active, this.#resting] = [this.#resting, this.#active]
    await this.#writing
    await this.#tiles.sync()
    await this.#resting.clear()
  }
}

const sizeOf = (files: readonly LogFile[]): number => files.reduce((n, { bytes }) => n + bytes.length, 0)

/** What a disk refuses becomes an error of ours, with the code that the system gave. */
async function guarded<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof BergfriedError) throw error
    const code = (error as NodeJS.ErrnoException).code
    if (code === undefined) throw error
    throw new BergfriedError('evidence.store', { what: folder, reason: code }, { cause: error })
  }
}
