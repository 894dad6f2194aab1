import { dirname, join } from 'node:path'
import { BergfriedError } from '../../../kernel/errors.ts'
import { diskFiles, type FileLayer } from './file-layer.ts'
import { Journal, readJournal } from './journal.ts'
import { lockFolder } from './lock.ts'
import type { HeadPath, LogFile, LogReader, LogStore } from './log-store.ts'

const JOURNALS = ['journal.0', 'journal.1'] as const
const SETTLE_AFTER_BYTES = 64 * 1024 * 1024
/** So much more is taken while the disk is still busy with what came before. */
const PATIENCE = 4

/**
 * A log in a folder, as any web server could serve it: `checkpoint`, `tile/...`. Beside them `pending`, `lock` and two
 * journals.
 *
 * An append is durable with one write and one sync, in a journal. Its files are written into the system's memory at the same
 * time. From time to time the other journal takes over, the whole file system is synced, and the first one is cleared. Opening
 * writes what the journals still hold once more, so a file that a loss of power tore is whole again.
 *
 * @throws {BergfriedError} `evidence.locked` another process writes there; `evidence.store`
 */
export async function openPosixStore(folder: string, options: PosixOptions = {}): Promise<LogStore> {
  const files = options.files ?? diskFiles
  return guarded(folder, async () => {
    files.makeFolder(folder)
    const unlock = lockFolder(files, folder)
    try {
      const left = JOURNALS.flatMap((name) => readJournal(files.readNow(join(folder, name)) ?? new Uint8Array()))
      const [active, resting] = await Promise.all(
        JOURNALS.map(async (name) => new Journal(await files.openForAppend(join(folder, name)))),
      )
      if (active === undefined || resting === undefined) throw new Error('two journals')
      files.sync(folder)
      const store = new PosixStore(folder, files, [active, resting], unlock, options.settleAfterBytes)
      await store.begin(left)
      return store
    } catch (error) {
      unlock()
      throw error
    }
  })
}

export interface PosixOptions {
  readonly files?: FileLayer
  /** Size of a journal after which its appends are brought to their own files. */
  readonly settleAfterBytes?: number
}

/** Reads a log in a folder that another process writes. */
export const openPosixReader = (folder: string, files: FileLayer = diskFiles): LogReader => ({
  read: (path) => guarded(folder, () => files.read(join(folder, path))),
})

class PosixStore implements LogStore {
  readonly #folder: string
  readonly #files: FileLayer
  readonly #unlock: () => void
  readonly #settleAfter: number
  readonly #folders = new Set<string>()
  #active: Journal
  #resting: Journal
  #settling: Promise<void> | null = null

  constructor(
    folder: string,
    files: FileLayer,
    [active, resting]: readonly [Journal, Journal],
    unlock: () => void,
    settleAfter = SETTLE_AFTER_BYTES,
  ) {
    this.#folder = folder
    this.#files = files
    this.#active = active
    this.#resting = resting
    this.#unlock = unlock
    this.#settleAfter = settleAfter
  }

  /** Writes what the journals of the last time held, and only then forgets it. */
  async begin(left: readonly LogFile[]): Promise<void> {
    // Partial tiles first: a full one removes them.
    this.#write([...left.filter(isPartial), ...left.filter((file) => !isPartial(file))])
    if (left.length > 0) await this.#files.syncAll(this.#folder)
    await this.#active.clear()
    await this.#resting.clear()
  }

  read(path: string): Promise<Uint8Array | null> {
    return guarded(this.#folder, () => this.#files.read(join(this.#folder, path)))
  }

  append(files: readonly LogFile[]): Promise<void> {
    return guarded(this.#folder, async () => {
      if (files.length === 0) return
      // The journal goes to the disk while the files are written.
      const durable = this.#active.append(files)
      durable.catch(() => undefined)
      this.#write(files)
      await durable
      if (this.#active.bytes < this.#settleAfter) return
      const settled = this.#settle()
      // Nothing is lost where it fails: the journal keeps what it holds, and it is tried again.
      if (this.#active.bytes < this.#settleAfter * PATIENCE) settled.catch(() => undefined)
      else await settled
    })
  }

  replace(path: HeadPath, bytes: Uint8Array): Promise<void> {
    return guarded(this.#folder, async () => {
      const fresh = join(this.#folder, `${path}.next`)
      this.#files.put(fresh, bytes)
      this.#files.sync(fresh)
      this.#files.rename(fresh, join(this.#folder, path))
      this.#files.sync(this.#folder)
    })
  }

  async close(): Promise<void> {
    try {
      await guarded(this.#folder, async () => {
        await this.#settling?.catch(() => undefined)
        await this.#settle()
      })
    } finally {
      await Promise.all([this.#active.close(), this.#resting.close()])
      this.#unlock()
    }
  }

  /** Puts files in their place, in the system's memory. */
  #write(files: readonly LogFile[]): void {
    for (const file of files) {
      const place = join(this.#folder, file.path)
      const folder = dirname(place)
      if (!this.#folders.has(folder)) {
        this.#files.makeFolder(folder)
        this.#folders.add(folder)
      }
      this.#files.put(place, file.bytes)
      if (isPartial(file)) continue
      // Allowed once the full tile is there (C2SP tlog-tiles): readers take that.
      this.#folders.delete(`${place}.p`)
      this.#files.removeFolder(`${place}.p`)
    }
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
    await this.#files.syncAll(this.#folder)
    await this.#resting.clear()
  }
}

const isPartial = (file: LogFile): boolean => file.path.includes('.p/')

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
