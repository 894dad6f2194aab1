// `sh bin/node24 engines/fieldcrypt/soak.ts [COUNT] [SEED]`: that many malformed envelopes, a million unless told otherwise.
import { createHash } from 'node:crypto'
import { newSecret, OpenKey } from './data-key.ts'
import { FieldcryptError, type FieldcryptReason } from './errors.ts'
import { FieldCipher } from './field-cipher.ts'

const COLUMN = { tenant: 'soak', table: 'soak', column: 'value' }
const KEYS = 3
const EXPECTED: readonly FieldcryptReason[] = ['malformed', 'unsupported', 'unverified', 'unknown_key', 'key_state']

export interface SoakResult {
  /** How often which refusal was the answer. */
  readonly refused: Readonly<Record<string, number>>
  /** Changed envelopes that were accepted, or answered with an error of another kind; hex. Nothing belongs here. */
  readonly wrong: readonly string[]
}

/**
 * Feeds a cipher with envelopes that were cut, lengthened, overwritten, mixed, sent to other rows or made up. Keys are random; which
 * changes are made follows from the seed.
 */
export function soak(count: number, seed: number): SoakResult {
  const keys = Array.from({ length: KEYS }, (_, i) => key(i + 1, i === 0 ? 'active' : 'decrypt-only'))
  const cipher = new FieldCipher(COLUMN, keys)
  keys[2]?.close()
  const random = randomNumbers(seed)
  const refused: Record<string, number> = {}
  const wrong: string[] = []
  for (let i = 0; i < count; i++) {
    const good = cipher.encrypt(['row', i], Buffer.alloc(random(80), i))
    const other = cipher.encrypt(['row', i], Buffer.alloc(random(80), i))
    const bad = mutate(good, other, random)
    // What came out unchanged by chance is asked for in a row that it is not of.
    const row = bad.equals(good) || bad.equals(other) ? ['row', i + 1] : ['row', i]
    const code = answer(cipher, row, bad)
    refused[code] = (refused[code] ?? 0) + 1
    if (!EXPECTED.some((expected) => expected === code)) wrong.push(bad.toString('hex'))
  }
  return { refused, wrong }
}

function answer(cipher: FieldCipher, row: readonly (string | number)[], envelope: Buffer): string {
  try {
    cipher.decrypt(row, envelope)
    return 'accepted'
  } catch (error) {
    return error instanceof FieldcryptError ? error.code : 'another error'
  }
}

type Random = (below: number) => number

function mutate(good: Buffer, other: Buffer, random: Random): Buffer {
  const bytes = Buffer.from(good)
  const at = random(bytes.length)
  switch (random(10)) {
    case 0:
      return bytes.subarray(0, at)
    case 1:
      return bytes.subarray(at)
    case 2:
      return Buffer.concat([bytes, Buffer.alloc(1 + random(40), random(256))])
    case 3:
      return Buffer.concat([bytes.subarray(0, at), other.subarray(random(other.length))])
    case 4:
      return made(random(120), random)
    case 5:
      // A good header before anything at all.
      return Buffer.concat([bytes.subarray(0, 7), made(random(120), random)])
    case 6:
      bytes.writeUInt32BE(random(6), 3)
      return bytes
    case 7:
      return bytes.fill(random(256), at, Math.min(bytes.length, at + 1 + random(16)))
    case 8:
      bytes[random(3)] = random(256)
      return bytes
    default:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8))
      return bytes
  }
}

const made = (length: number, random: Random): Buffer => Buffer.from(Array.from({ length }, () => random(256)))

function key(id: number, state: 'active' | 'decrypt-only'): OpenKey {
  const { secret, checkValue } = newSecret('data', COLUMN, id)
  return OpenKey.open({ id, purpose: 'data', scope: COLUMN, state, checkValue }, secret)
}

/** Numbers that a seed repeats: SHAKE-128 over seed and round, 16 KiB at a time. */
function randomNumbers(seed: number): Random {
  let bytes = Buffer.alloc(0)
  let at = 0
  let round = 0
  return (below) => {
    if (at + 4 > bytes.length) {
      bytes = createHash('shake128', { outputLength: 16_384 }).update(`${seed} ${round++}`).digest()
      at = 0
    }
    at += 4
    return bytes.readUInt32LE(at - 4) % below
  }
}

if (import.meta.main) {
  const [count, seed] = [Number(process.argv[2] ?? 1_000_000), Number(process.argv[3] ?? 1)]
  const { refused, wrong } = soak(count, seed)
  process.stdout.write(`${count} malformed envelopes, seed ${seed}: ${JSON.stringify(refused)}\n`)
  for (const hex of wrong.slice(0, 20)) process.stdout.write(`wrong: ${hex}\n`)
  process.exitCode = wrong.length === 0 ? 0 : 1
}
