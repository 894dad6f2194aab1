import { dirname } from 'node:path'
import type { AppendFile, FileLayer } from '../file-layer.ts'

/** The machine lost its power, or the process was killed: nothing after this happens. */
export class Crash extends Error {
  override readonly name = 'Crash'
}

interface Inode {
  /** What a reader sees now. */
  now: Uint8Array
  /** What the disk is known to hold. */
  kept: Uint8Array
}

/** What may go wrong at a step, counted from 0. */
export type Fault = { readonly step: number; readonly kind: 'crash' | 'ENOSPC' | 'EIO' | 'short' }

const SECTOR = 512
/** A lock as a process left it that is no more. */
const DEAD = Buffer.from('2147483647 1 00000000-0000-0000-0000-000000000000')

/**
 * A disk in memory that knows what was synced and what was not. A step is every call that changes something or waits for the
 * disk; at the step of the fault it happens not at all, in part, or as a whole, and then the process is gone (`crash`) or is
 * told of an error.
 */
export class CrashDisk {
  readonly #names: Map<string, Inode>
  readonly #keptNames: Map<string, Inode>
  readonly #folders: Set<string>
  readonly #keptFolders: Set<string>
  readonly #random: () => number
  fault: Fault | null = null
  /** Steps made. */
  steps = 0
  #dead = false

  constructor(
    random: () => number,
    files: ReadonlyMap<string, Uint8Array> = new Map(),
    folders: Iterable<string> = ['/'],
  ) {
    this.#random = random
    const inodes = [...files].map(([path, content]) => {
      const bytes = path.endsWith('/lock') ? DEAD : content
      return [path, { now: bytes, kept: bytes }] as const
    })
    this.#names = new Map(inodes)
    this.#keptNames = new Map(inodes)
    this.#folders = new Set(folders)
    this.#keptFolders = new Set(folders)
  }

  /** As after kill -9: the system kept everything that reached it. */
  afterKill(): CrashDisk {
    return new CrashDisk(this.#random, new Map([...this.#names].map(([p, i]) => [p, i.now])), this.#folders)
  }

  /** As after a loss of power: of what was not synced, anything may be there, whole, torn, or not at all. */
  afterPowerLoss(): CrashDisk {
    const folders = [...this.#folders].filter((path) => this.#keptFolders.has(path) || this.#random() < 0.5)
    const files = new Map<string, Uint8Array>()
    for (const path of new Set([...this.#names.keys(), ...this.#keptNames.keys()])) {
      const [now, kept] = [this.#names.get(path), this.#keptNames.get(path)]
      const inode = now === kept || this.#random() < 0.5 ? now : kept
      if (inode !== undefined && ancestors(path).every((f) => folders.includes(f))) files.set(path, this.#torn(inode))
    }
    return new CrashDisk(this.#random, files, folders)
  }

  get layer(): FileLayer {
    return {
      makeFolder: (path) => {
        const made = [path, ...ancestors(path)].filter((folder) => !this.#folders.has(folder))
        if (made.length > 0) this.#step(() => made.forEach((folder) => void this.#folders.add(folder)))
        return made.map((folder) => dirname(folder))
      },
      namesIn: (folder) => {
        if (this.#dead) throw new Crash('gone')
        const inside = [...this.#names.keys(), ...this.#folders].filter((path) => path.startsWith(`${folder}/`))
        return [...new Set(inside.map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''))]
      },
      readNow: (path) => this.#read(path),
      read: async (path) => this.#read(path),
      openForAppend: async (path) => this.#append(path),
      create: async (path, bytes) => {
        const inode: Inode = { now: new Uint8Array(), kept: new Uint8Array() }
        this.#step(() => this.#names.set(path, inode))
        this.#step(
          () => this.#write(inode, bytes, 0),
          () => this.#write(inode, bytes.subarray(0, this.#upTo(bytes.length)), 0),
        )
      },
      put: async (path, bytes) => {
        const inode: Inode = { now: new Uint8Array(), kept: new Uint8Array() }
        this.#step(
          () => this.#write(inode, bytes, 0),
          () => this.#write(inode, bytes.subarray(0, this.#upTo(bytes.length)), 0),
        )
        this.#step(() => this.#names.set(path, inode))
      },
      sync: async (path) => this.#step(() => this.#sync(path)),
      syncAll: async () => this.#step(() => this.#syncAll()),
      claim: (path, bytes) => {
        if (this.#names.has(path)) return false
        this.#step(() => this.#names.set(path, { now: bytes.slice(), kept: bytes.slice() }))
        return true
      },
      rename: (from, to) =>
        this.#step(() => {
          const inode = this.#names.get(from)
          if (inode === undefined) throw missing(from)
          this.#names.delete(from)
          this.#names.set(to, inode)
        }),
      removeFile: (path) => this.#step(() => this.#names.delete(path)),
      removeFolder: (path) =>
        this.#step(() => {
          for (const name of [...this.#names.keys()]) if (name.startsWith(`${path}/`)) this.#names.delete(name)
          this.#folders.delete(path)
        }),
    }
  }

  #append(path: string): AppendFile {
    const known = this.#names.get(path)
    const inode = known ?? { now: new Uint8Array(), kept: new Uint8Array() }
    if (known === undefined) this.#step(() => this.#names.set(path, inode))
    return {
      size: inode.now.length,
      write: async (bytes, at) =>
        this.#step(
          () => this.#write(inode, bytes, at),
          () => this.#write(inode, bytes.subarray(0, this.#upTo(bytes.length)), at),
        ),
      sync: async () =>
        this.#step(() => {
          inode.kept = inode.now
        }),
      truncate: async (length) =>
        this.#step(() => {
          inode.now = inode.now.slice(0, length)
        }),
      close: async () => undefined,
    }
  }

  /** @param half - what happens where the step is made in part */
  #step(whole: () => unknown, half: () => unknown = () => undefined): void {
    if (this.#dead) throw new Crash('gone')
    const { fault } = this
    const step = this.steps++
    if (fault === null || fault.step !== step) {
      whole()
      return
    }
    if (fault.kind === 'crash') {
      this.#dead = true
      const what = this.#random()
      if (what < 0.33) whole()
      else if (what < 0.66) half()
      throw new Crash(`at step ${fault.step}`)
    }
    half()
    throw Object.assign(new Error(fault.kind), { code: fault.kind === 'short' ? 'EIO' : fault.kind })
  }

  #read(path: string): Uint8Array | null {
    if (this.#dead) throw new Crash('gone')
    return this.#names.get(path)?.now.slice() ?? null
  }

  #write(inode: Inode, bytes: Uint8Array, at: number): void {
    const now = new Uint8Array(Math.max(inode.now.length, at + bytes.length))
    now.set(inode.now)
    now.set(bytes, at)
    inode.now = now
  }

  #sync(path: string): void {
    const inode = this.#names.get(path)
    if (inode !== undefined) {
      inode.kept = inode.now
      return
    }
    const below = (name: string) => dirname(name) === path
    for (const name of [...this.#keptNames.keys()].filter(below))
      if (!this.#names.has(name)) this.#keptNames.delete(name)
    for (const [name, file] of this.#names) if (below(name)) this.#keptNames.set(name, file)
    for (const folder of this.#folders) if (below(folder)) this.#keptFolders.add(folder)
  }

  #syncAll(): void {
    this.#keptNames.clear()
    for (const [name, inode] of this.#names) {
      inode.kept = inode.now
      this.#keptNames.set(name, inode)
    }
    for (const folder of this.#folders) this.#keptFolders.add(folder)
  }

  #torn({ now, kept }: Inode): Uint8Array {
    if (now === kept) return kept
    const which = this.#random()
    if (which < 0.25) return kept
    if (which < 0.5) return now
    const shorter = Math.min(now.length, kept.length)
    const longer = Math.max(now.length, kept.length)
    const torn = new Uint8Array(which < 0.75 ? now.length : shorter + this.#upTo(longer - shorter))
    torn.set(kept.subarray(0, torn.length))
    for (let at = 0; at < torn.length; at += SECTOR) {
      if (this.#random() < 0.5) torn.set(now.subarray(at, Math.min(at + SECTOR, torn.length)), at)
    }
    return torn
  }

  #upTo = (length: number): number => Math.floor(this.#random() * (length + 1))
}

function ancestors(path: string): string[] {
  const above: string[] = []
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) above.push(folder)
  return [...above, '/']
}

const missing = (path: string) => Object.assign(new Error(`no ${path}`), { code: 'ENOENT' })

/** Numbers from 0 to 1 that are the same at every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
