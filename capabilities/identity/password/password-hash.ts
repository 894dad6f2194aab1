import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import { BergfriedError } from '../../../kernel/errors.ts'
import { keyFor } from '../crypto/keys.ts'
import { spelledOnce } from './password-rules.ts'

/** OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane. The library takes argon2id by itself. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** Each takes 19 MiB and a thread: so many at once, so many that wait; who comes then is asked to come again. */
const AT_ONCE = 3
const MOST_WAITING = 60
let running = 0
const waiting: (() => void)[] = []

/** @returns the encoded hash. It can be tried only with the key, so a copy of the database alone cannot be guessed at. */
export const hashPassword = (key: Buffer, password: string): Promise<string> =>
  inTurn(() => hash(spelledOnce(password), { ...COST, secret: keyFor(key, 'password') }))

/** A hash of nothing that anybody knows, one for the life of the process and key. */
const nobodys = new WeakMap<Buffer, Promise<string>>()

/**
 * Whether a password is right. Where there is no hash it does the same work on one that nothing fits.
 *
 * @param encoded - null: there is no such account, or it has no password
 */
export async function passwordMatches(key: Buffer, encoded: string | null, password: string): Promise<boolean> {
  const dummy = nobodys.get(key) ?? hashPassword(key, randomBytes(32).toString('base64'))
  nobodys.set(key, dummy)
  const against = encoded ?? (await dummy)
  const right = await inTurn(() => verify(against, spelledOnce(password), { secret: keyFor(key, 'password') }))
  return right && encoded !== null
}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) {
    if (waiting.length >= MOST_WAITING) throw new BergfriedError('identity.busy')
    await new Promise<void>((resolve) => waiting.push(resolve))
  } else running++
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next === undefined) running--
    else next()
  }
}
