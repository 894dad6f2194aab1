import { createHash } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { toBase64 } from '../../engines/tlog/bytes.ts'
import { FRESH, replaceFile } from './durable.ts'
import { conflictFolder } from './folder.ts'
import { fileOf } from './state.ts'

/**
 * `fork`: two checkpoints of one size with two roots, both signed by the log, which proves that it lied to somebody.
 * `unproved`: a signed checkpoint came with a proof that does not lead there. That is another history, or only a wrong
 * proof, which anybody can send along with a true checkpoint.
 */
export type ConflictKind = 'fork' | 'unproved'

export interface Conflict {
  readonly v: 1
  readonly kind: ConflictKind
  /** When it was submitted, ISO 8601. */
  readonly at: string
  readonly origin: string
  /** The checkpoint that this witness had cosigned, signed by the log. */
  readonly known: string
  /** The one that was submitted, signed by the log. */
  readonly submitted: string
  readonly oldSize: number
  /** Hashes in base64. */
  readonly proof: readonly string[]
}

export interface ListedConflict {
  readonly file: string
  readonly kind: ConflictKind
  readonly at: string
  readonly origin: string
}

const MOST_PER_LOG_AND_KIND = 64
const MOST_BYTES = 64 * 1024 * 1024

/** Evidence against logs, kept for everybody to see. The first ones are kept; beyond the bounds they are only counted. */
export class ConflictStore {
  readonly #folder: string
  readonly #listed: Map<string, ListedConflict & { readonly bytes: number }>
  #dropped = 0

  private constructor(folder: string, listed: Map<string, ListedConflict & { readonly bytes: number }>) {
    this.#folder = folder
    this.#listed = listed
  }

  static async open(folder: string): Promise<ConflictStore> {
    const path = conflictFolder(folder)
    const listed = new Map<string, ListedConflict & { readonly bytes: number }>()
    for (const file of (await readdir(path)).sort()) {
      const text = file.endsWith(FRESH) ? '' : await readFile(join(path, file), 'utf8')
      const conflict = conflictOf(text)
      if (conflict === null) continue
      const { kind, at, origin } = conflict
      listed.set(file, { file, kind, at, origin, bytes: text.length })
    }
    return new ConflictStore(path, listed)
  }

  list(): ListedConflict[] {
    return [...this.#listed.values()].map(({ file, kind, at, origin }) => ({ file, kind, at, origin }))
  }

  /** How many did not fit since the start. */
  get dropped(): number {
    return this.#dropped
  }

  /** The text of a listed conflict. */
  async read(file: string): Promise<string | null> {
    return this.#listed.has(file) ? readFile(join(this.#folder, file), 'utf8') : null
  }

  /** @returns the name of its file where it is new, null where it is known already or does not fit. Durable when it resolves. */
  async add(input: Omit<Conflict, 'v' | 'proof'> & { readonly proof: readonly Uint8Array[] }): Promise<string | null> {
    const { kind, at, origin } = input
    const file = nameOf(kind, origin, input.submitted)
    if (this.#listed.has(file)) return null
    const conflict: Conflict = { v: 1, ...input, proof: input.proof.map(toBase64) }
    const text = `${JSON.stringify(conflict, null, 2)}\n`
    const others = [...this.#listed.values()]
    const same = others.filter((one) => one.kind === kind && one.origin === origin)
    const bytes = others.reduce((n, one) => n + one.bytes, text.length)
    if (same.length >= MOST_PER_LOG_AND_KIND || bytes > MOST_BYTES) {
      this.#dropped += 1
      return null
    }
    // Listed first: a second request with the same does not write it again.
    this.#listed.set(file, { file, kind, at, origin, bytes: text.length })
    try {
      await replaceFile(join(this.#folder, file), text)
    } catch (error) {
      this.#listed.delete(file)
      throw error
    }
    return file
  }

  /** The checkpoint was proved after all: what was wrong was the proof that came with it before. */
  async resolve(origin: string, note: string): Promise<void> {
    const file = nameOf('unproved', origin, note)
    if (!this.#listed.delete(file)) return
    await rm(join(this.#folder, file), { force: true })
  }
}

/** One file per submitted checkpoint, however often it comes and whatever else has signed it. */
function nameOf(kind: ConflictKind, origin: string, note: string): string {
  const text = note.slice(0, note.lastIndexOf('\n\n') + 1)
  const digest = createHash('sha256').update(text).digest('hex')
  return `${fileOf(origin).slice(0, 16)}-${kind}-${digest.slice(0, 32)}.json`
}

function conflictOf(text: string): Conflict | null {
  try {
    const value = JSON.parse(text) as Partial<Conflict> | null
    const fits =
      value?.v === 1 &&
      (value.kind === 'fork' || value.kind === 'unproved') &&
      typeof value.at === 'string' &&
      typeof value.origin === 'string'
    return fits ? (value as Conflict) : null
  } catch {
    return null
  }
}
