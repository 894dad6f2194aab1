import type * as Fs from 'node:fs/promises'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

type Work = (...args: unknown[]) => Promise<unknown>

/** A disk that stops working after so many steps, and knows what of it would survive a loss of power. */
export class FailingDisk {
  /** Changes that still work. */
  left = Number.POSITIVE_INFINITY
  /** Content of a file that was flushed, by its inode; names that were flushed, by folder. */
  readonly #contents = new Map<number, Uint8Array>()
  readonly #names = new Map<string, ReadonlyMap<string, number>>()

  /** The module with a disk that fails: for `vi.mock`. */
  over(real: typeof Fs): object {
    const guarded =
      (work: Work): Work =>
      async (...args) => {
        this.#step()
        return work(...args)
      }
    const open: Work = async (...args) => {
      this.#step()
      const path = String(args[0])
      const file = await (real.open as unknown as Work)(...args)
      return new Proxy(file as object, {
        get: (target, name) => {
          const member: unknown = Reflect.get(target, name)
          if (typeof member !== 'function') return member
          const bound = member.bind(target) as Work
          if (name === 'sync' || name === 'datasync') return guarded(async () => this.#flush(real, path, await bound()))
          return ['writeFile', 'write', 'truncate'].includes(String(name)) ? guarded(bound) : bound
        },
      })
    }
    const changing = { link: real.link, rename: real.rename, rm: real.rm } as unknown as Record<string, Work>
    const names = Object.entries(changing).map(([name, work]) => [name, guarded(work)])
    return { ...real, open, ...Object.fromEntries(names) }
  }

  get failed(): boolean {
    return this.left < 0
  }

  repair(): void {
    this.left = Number.POSITIVE_INFINITY
  }

  /** A copy of a folder as it would be found after the power came back: only what was flushed. */
  async afterPowerLoss(folder: string): Promise<string> {
    const copy = await mkdtemp(join(tmpdir(), 'bergfried-keeper-'))
    for (const [name, inode] of this.#names.get(folder) ?? []) {
      await writeFile(join(copy, name), this.#contents.get(inode) ?? '', { mode: 0o600 })
    }
    await rm(folder, { recursive: true })
    // What was read back from the disk is on the disk.
    for (const name of await readdir(copy))
      this.#contents.set((await stat(join(copy, name))).ino, await readFile(join(copy, name)))
    this.#names.set(copy, await namesOf(copy))
    return copy
  }

  #step(): void {
    this.left -= 1
    if (this.left < 0) throw Object.assign(new Error('the disk is gone'), { code: 'EIO' })
  }

  async #flush(real: typeof Fs, path: string, done: unknown): Promise<unknown> {
    const found = await real.stat(path)
    if (found.isDirectory()) this.#names.set(path, await namesOf(path))
    else this.#contents.set(found.ino, await real.readFile(join(dirname(path), basename(path))))
    return done
  }
}

async function namesOf(folder: string): Promise<ReadonlyMap<string, number>> {
  const names = await readdir(folder)
  return new Map(await Promise.all(names.map(async (name) => [name, (await stat(join(folder, name))).ino] as const)))
}
