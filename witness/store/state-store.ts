import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { equal } from '../../engines/tlog/bytes.ts'
import { codeOf, problem } from '../errors.ts'
import { appendLine, FRESH, HalfWritten, replaceFile } from './durable.ts'
import { stateFolder } from './folder.ts'
import type { Identity } from './key-file.ts'
import { fileOf, openSeen, type Seen } from './state.ts'

/** Which logs have a state: one name of a file per line. It only grows, so that a lost file is missed. */
const REGISTER = 'seen'

/**
 * The newest cosigned checkpoint of each log: in memory, and in a file of its own, which is whole and on the disk before
 * anybody hears of the cosignature. Nobody else writes here: the folder is locked.
 */
export class StateStore {
  readonly #folder: string
  readonly #seen: Map<string, Seen>
  readonly #registered: Set<string>
  readonly #stuck = new Set<string>()

  private constructor(folder: string, seen: Map<string, Seen>, registered: Set<string>) {
    this.#folder = folder
    this.#seen = seen
    this.#registered = registered
  }

  /**
   * Reads everything. A file that is missing, torn or not cosigned by us stops the witness: it must not believe that it has
   * seen less than it has.
   *
   * @throws {WitnessError} `broken`
   */
  static async open(folder: string, identity: Identity): Promise<StateStore> {
    const names = await readdir(stateFolder(folder))
    const seen = new Map<string, Seen>()
    for (const name of names.filter((n) => !n.endsWith(FRESH))) {
      const path = join(stateFolder(folder), name)
      const one = await openSeen(await readFile(path, 'utf8'), identity)
      if (one === null || fileOf(one.origin) !== name) {
        throw problem(
          'broken',
          path,
          'is no checkpoint that this witness cosigned',
          'ist kein Stand, den dieser Zeuge bestätigt hat',
        )
      }
      seen.set(name, one)
    }
    const registered = await readRegister(folder)
    const lost = [...registered].find((name) => !seen.has(name))
    if (lost !== undefined) {
      throw problem(
        'broken',
        join(stateFolder(folder), lost),
        'is missing, and without it this witness could confirm a second history; see its README',
        'fehlt, und ohne sie könnte dieser Zeuge eine zweite Geschichte bestätigen; siehe seine README',
      )
    }
    return new StateStore(folder, seen, registered)
  }

  get(origin: string): Seen | null {
    return this.#seen.get(fileOf(origin)) ?? null
  }

  byFile(name: string): Seen | null {
    return this.#seen.get(name) ?? null
  }

  all(): Seen[] {
    return [...this.#seen.values()]
  }

  /** Whether what the disk holds of this log is not known until a restart. */
  isStuck(origin: string): boolean {
    return this.#stuck.has(origin)
  }

  /**
   * Keeps a newer checkpoint of a log. Durable when it resolves. The caller sees to it that this happens one by one.
   *
   * @throws where the disk does not take it; the old one then still counts, and where that is not sure the log is stuck
   */
  async put(seen: Seen): Promise<void> {
    const name = fileOf(seen.origin)
    try {
      await replaceFile(join(stateFolder(this.#folder), name), seen.note)
    } catch (error) {
      if (error instanceof HalfWritten) this.#stuck.add(seen.origin)
      throw error
    }
    if (!this.#registered.has(name)) {
      await appendLine(join(this.#folder, REGISTER), name)
      this.#registered.add(name)
    }
    this.#seen.set(name, seen)
  }

  /**
   * Catches up with a checkpoint that this witness once cosigned itself, after its folder was put back from an older copy.
   *
   * @returns whether it was newer
   * @throws {WitnessError} `broken` where it contradicts what is remembered: then our own key has confirmed two histories
   */
  async catchUp(seen: Seen): Promise<boolean> {
    const known = this.get(seen.origin)
    if (known !== null && known.size === seen.size && !equal(known.root, seen.root)) {
      throw problem(
        'broken',
        seen.origin,
        'this key has confirmed two histories; make a new one and tell everybody',
        'dieser Schlüssel hat zwei Geschichten bestätigt; einen neuen machen und allen Bescheid geben',
      )
    }
    if (known !== null && known.size >= seen.size) return false
    await this.put(seen)
    return true
  }

  /** Removes and mends what a killed process left half written. Under the lock, before the first request. */
  async clean(): Promise<void> {
    for (const name of await readdir(stateFolder(this.#folder))) {
      if (name.endsWith(FRESH)) await rm(join(stateFolder(this.#folder), name), { force: true })
    }
    // Written whole, which also mends a line that was torn.
    for (const name of this.#seen.keys()) this.#registered.add(name)
    const lines = [...this.#registered].map((name) => `${name}\n`)
    await replaceFile(join(this.#folder, REGISTER), lines.join(''))
  }
}

async function readRegister(folder: string): Promise<Set<string>> {
  const text = await readFile(join(folder, REGISTER), 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') {
      throw problem(
        'broken',
        join(folder, REGISTER),
        'is missing, and with it which logs were seen',
        'fehlt, und damit, welche Protokolle gesehen wurden',
      )
    }
    throw error
  })
  // A last line without its end was not whole when the power went, and its cosignature never left.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  return new Set(whole.split('\n').filter((line) => /^[0-9a-f]{64}$/.test(line)))
}

/** An empty register, for a new witness. */
export const createRegister = (folder: string): Promise<void> => replaceFile(join(folder, REGISTER), '')
