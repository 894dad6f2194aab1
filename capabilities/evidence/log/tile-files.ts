import { basename, dirname, join } from 'node:path'
import type { FileLayer } from './file-layer.ts'
import type { LogFile } from './log-store.ts'

/** Files written at a time. */
const AT_ONCE = 64

/**
 * The files of tiles in a folder: written into the memory of the system, brought to the disk later, all at once. Knows what is there,
 * so that nothing that may be needed is touched before the journal holds what takes its place.
 */
export class TileFiles {
  readonly #root: string
  readonly #files: FileLayer
  /** Names in each folder that was looked at. */
  readonly #names = new Map<string, Set<string>>()
  /** Written, and not yet known to be on the disk. */
  #fresh = new Set<string>()

  constructor(root: string, files: FileLayer) {
    this.#root = root
    this.#files = files
  }

  /**
   * Writes files that were not there.
   *
   * @returns those in whose place another content stands
   */
  async writeNew(files: readonly LogFile[]): Promise<readonly LogFile[]> {
    const fresh = files.filter((file) => !this.#isThere(file))
    const others = files.filter((file) => !fresh.includes(file) && !this.#isSame(file))
    if (this.#files.createAll !== undefined) {
      await this.#files.createAll(fresh.map((file) => ({ path: this.#note(file), bytes: file.bytes })))
      return others
    }
    for (let at = 0; at < fresh.length; at += AT_ONCE) {
      const puts = fresh.slice(at, at + AT_ONCE).map((file) => this.#put(file, this.#files.create))
      for (const put of await Promise.allSettled(puts)) if (put.status === 'rejected') throw put.reason
    }
    return others
  }

  /** Puts a file in the place of another: readers see the one or the other. */
  write(file: LogFile): Promise<void> {
    return this.#put(file, this.#files.put)
  }

  async #put(file: LogFile, put: FileLayer['put']): Promise<void> {
    await put(this.#note(file), file.bytes)
  }

  /** Known before it is whole: what a failure leaves behind must be found. @returns where the file belongs */
  #note(file: LogFile): string {
    const place = join(this.#root, file.path)
    const folder = dirname(place)
    this.#namesIn(folder).add(basename(place))
    this.#fresh.add(place).add(folder)
    return place
  }

  /** Partial tiles may go once the full one is there (C2SP tlog-tiles): readers take that. */
  removePartials(files: readonly LogFile[]): void {
    for (const { path } of files) {
      const partials = join(this.#root, `${path}.p`)
      if (path.includes('.p/') || !this.#namesIn(dirname(partials)).has(basename(partials))) continue
      this.#files.removeFolder(partials)
      this.#names.delete(partials)
      this.#namesIn(dirname(partials)).delete(basename(partials))
    }
  }

  /** Brings to the disk all that was written before the call. */
  async sync(): Promise<void> {
    const paths = this.#fresh
    this.#fresh = new Set()
    try {
      await this.#files.syncAll(this.#root, paths)
    } catch (error) {
      for (const path of paths) this.#fresh.add(path)
      throw error
    }
  }

  #isThere({ path }: LogFile): boolean {
    const place = join(this.#root, path)
    return this.#namesIn(dirname(place)).has(basename(place))
  }

  #isSame({ path, bytes }: LogFile): boolean {
    const place = join(this.#root, path)
    this.#fresh.add(place).add(dirname(place))
    return Buffer.compare(this.#files.readNow(place) ?? new Uint8Array(), bytes) === 0
  }

  #namesIn(folder: string): Set<string> {
    const known = this.#names.get(folder)
    if (known !== undefined) return known
    for (const parent of this.#files.makeFolder(folder)) this.#fresh.add(parent)
    const names = new Set(this.#files.namesIn(folder))
    this.#names.set(folder, names)
    if (folder !== this.#root) this.#namesIn(dirname(folder)).add(basename(folder))
    return names
  }
}
