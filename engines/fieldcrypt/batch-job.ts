import { EncodedRow, type RowKey, writeRow } from './associated-data.ts'
import { CanonicalWriter } from './canonical.ts'
import type { KeyState } from './data-key.ts'
import { OVERHEAD } from './envelope.ts'
import { FieldcryptError, type FieldcryptReason } from './errors.ts'
import { type Decrypted, type FieldCipher, inBatch } from './field-cipher.ts'

/** What one job holds at most: enough to hide the message, little enough to keep all threads busy to the end. */
const JOB_VALUES = 1024
const JOB_BYTES = 2 ** 21

/** Cells as a few blocks of memory, which go to another thread without being copied. */
export interface Job {
  readonly kind: 'encrypt' | 'decrypt'
  /** Row and value after each other, for every cell. */
  readonly packed: Uint8Array<ArrayBuffer>
  /** Lengths of row and value, for every cell. */
  readonly lengths: Uint32Array<ArrayBuffer>
  readonly states: readonly (readonly [id: number, state: KeyState])[]
}

export interface Reply {
  /** The results after each other; a cell that failed leaves its place zero. */
  readonly out: Uint8Array<ArrayBuffer>
  readonly failures: readonly Failure[]
}

interface Failure {
  readonly index: number
  readonly code: FieldcryptReason
  readonly message: string
}

export interface PackedCell {
  readonly row: RowKey
  readonly bytes: Uint8Array
  readonly revision?: number | bigint | undefined
}

/** Takes cells until a job is full. One packer makes one job after the other. */
export class JobPacker {
  readonly #kind: Job['kind']
  readonly #writer = new CanonicalWriter()
  readonly #lengths = new Uint32Array(2 * JOB_VALUES)
  #count = 0

  constructor(kind: Job['kind']) {
    this.#kind = kind
  }

  get full(): boolean {
    return this.#count === JOB_VALUES || this.#writer.length >= JOB_BYTES
  }

  get empty(): boolean {
    return this.#count === 0
  }

  /** Error: `invalid` for a row that cannot be bound. */
  add({ row, bytes, revision }: PackedCell): void {
    const start = this.#writer.length
    writeRow(this.#writer, row, revision)
    this.#lengths[2 * this.#count] = this.#writer.length - start
    this.#writer.raw(bytes)
    this.#lengths[2 * this.#count + 1] = bytes.length
    this.#count += 1
  }

  take(states: Job['states']): Job {
    const job = {
      kind: this.#kind,
      packed: this.#writer.copy(),
      lengths: this.#lengths.slice(0, 2 * this.#count),
      states,
    }
    this.#writer.reset()
    this.#count = 0
    return job
  }
}

/** Bytes of a result, from the bytes of its input. What is shorter than an envelope has none and fails. */
const resultBytes = (kind: Job['kind'], bytes: number): number =>
  kind === 'encrypt' ? bytes + OVERHEAD : Math.max(0, bytes - OVERHEAD)

/** Does a job. A cell that fails becomes a failure; its place in `out` stays zero. */
export function runJob(cipher: FieldCipher, { kind, packed, lengths }: Job): Reply {
  let total = 0
  for (let i = 1; i < lengths.length; i += 2) total += resultBytes(kind, lengths[i] ?? 0)
  const out = new Uint8Array(total)
  const failures: Failure[] = []
  let at = 0
  let written = 0
  for (let i = 0; i < lengths.length; i += 2) {
    const valueAt = at + (lengths[i] ?? 0)
    const end = valueAt + (lengths[i + 1] ?? 0)
    const row = new EncodedRow(packed.subarray(at, valueAt))
    const value = packed.subarray(valueAt, end)
    try {
      if (kind === 'encrypt') cipher.encryptInto(row, value, out, written)
      else out.set(cipher.decrypt(row, value), written)
    } catch (error) {
      if (!(error instanceof FieldcryptError)) throw error
      failures.push({ index: i / 2, code: error.code, message: error.message })
    }
    at = end
    written += resultBytes(kind, end - valueAt)
  }
  return { out, failures }
}

/** The results of a job in order, as views into one block of memory. `lengths` are those of the job. */
export function unpack(kind: Job['kind'], lengths: Uint32Array, { out, failures }: Reply): Decrypted[] {
  const results: Decrypted[] = []
  let at = 0
  for (let i = 1; i < lengths.length; i += 2) {
    const bytes = resultBytes(kind, lengths[i] ?? 0)
    results.push({ ok: true, value: Buffer.from(out.buffer, out.byteOffset + at, bytes) })
    at += bytes
  }
  for (const { index, code, message } of failures)
    results[index] = { ok: false, error: new FieldcryptError(code, message) }
  return results
}

/** The values, or the first failure with its place in the batch. */
export function allOrNothing(results: readonly Decrypted[]): Buffer[] {
  return results.map((result, i) => {
    if (result.ok) return result.value
    throw inBatch(i, result.error)
  })
}
