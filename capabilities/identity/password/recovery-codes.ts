import { randomBytes } from 'node:crypto'
import type { Transaction } from '../../../kernel/db/database.ts'
import { keyedDigest } from '../crypto/keys.ts'

const HOW_MANY = 10
/** Crockford's alphabet: nothing that is taken for something else. */
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz'
const LENGTH = 16

/** 80 random bits as four groups of four. */
function freshCode(): string {
  const letters = [...randomBytes(LENGTH)].map((byte) => LETTERS[byte & 31]).join('')
  return letters.replace(/(.{4})(?=.)/g, '$1-')
}

/** A code as somebody types it, or null where it can be none. */
export function typedCode(text: string): string | null {
  const letters = text.toLowerCase().replace(/[\s-]/g, '').replace(/o/g, '0').replace(/[il]/g, '1')
  return letters.length === LENGTH && [...letters].every((letter) => LETTERS.includes(letter)) ? letters : null
}

/** What is stored: a keyed digest, so that a copy of the database alone gives nothing to compare guesses with. */
export const recoveryDigest = (key: Buffer, person: string, code: string): Buffer =>
  keyedDigest(key, 'recovery', person, code)

/** New codes in place of all old ones. Returned once; they cannot be read again. */
export async function replaceRecoveryCodes(tx: Transaction, key: Buffer, person: string, now: Date): Promise<string[]> {
  const codes = Array.from({ length: HOW_MANY }, freshCode)
  await tx.query('delete from identity.recovery_code where person_id = $1', [person])
  await tx.query('insert into identity.recovery_code (digest, person_id, made_at) select unnest($1::bytea[]), $2, $3', [
    codes.map((code) => recoveryDigest(key, person, code.replaceAll('-', ''))),
    person,
    now,
  ])
  return codes
}
