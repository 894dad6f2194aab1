import type * as z from 'zod'
import type { Transaction } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { countAttempt } from '../attempts/attempt-limit.ts'
import type { EnrolTotp, NewPassword } from '../contract-account.ts'
import type { Doorway } from '../doorway.ts'
import { recordAccount } from '../evidence/record.ts'
import { houseName } from '../organisation/house-name.ts'
import { hashPassword, passwordMatches } from '../password/password-hash.ts'
import { acceptablePassword } from '../password/password-rules.ts'
import { replaceRecoveryCodes } from '../password/recovery-codes.ts'
import { storePassword, storeTotp } from '../password/store-password.ts'
import { requireFresh } from '../sessions/session-store.ts'
import type { Self } from './caller.ts'
import { provenTotp } from './totp-offer.ts'
import { holdPerson, keepAWay } from './ways.ts'

/** Ways of signing in that prove a person as well as the current password does. */
const PROVES = ['passkey', 'setup']

/**
 * Sets or changes the password. A password goes with one-time codes, always; every other session ends.
 *
 * @returns new recovery codes where there were none, otherwise nothing
 * @throws {BergfriedError} `identity.sign_in_again`, `identity.password_wrong`, `identity.password_weak`,
 *   `identity.totp_missing`, `identity.code_wrong`, `identity.too_many`
 */
export async function setPassword(
  door: Doorway,
  self: Self,
  given: z.output<typeof NewPassword>,
  address: string,
): Promise<string[]> {
  const method = await requireFresh(door.stage, self.session, door.now)
  const [now] = await door.stage.query<{ name: string; hash: string | null; totp: boolean }>(
    `select p.name, w.hash, t.person_id is not null as totp from identity.person p
     left join identity.password w on w.person_id = p.id left join identity.totp t on t.person_id = p.id where p.id = $1`,
    [self.id],
  )
  const hash = now?.hash ?? null
  if (given.current !== null) await proveCurrent(door, self, hash, given.current, address)
  else if (hash !== null && !PROVES.includes(method)) throw new BergfriedError('identity.password_wrong')
  const words = [self.login, now?.name ?? '', await houseName(door.stage)]
  const password = acceptablePassword(given.password, words)
  if (now?.totp !== true && given.totp === null) throw new BergfriedError('identity.totp_missing')
  const proven = given.totp === null ? null : await provenTotp(door, self, given.totp)
  const made = await hashPassword(door.key, password)
  return door.stage.transaction(async (tx) => {
    await holdPerson(tx, self.id)
    await storePassword(tx, self.id, made, door.now)
    if (proven !== null) await storeTotp(tx, door.key, self.id, proven, door.now)
    await endOthers(tx, self)
    await record(tx, door, self, 'method_added', 'password')
    return codesIfNone(tx, door, self)
  })
}

/** Guessing the current password with somebody's open session is slowed down like signing in. */
async function proveCurrent(door: Doorway, self: Self, hash: string | null, current: string, address: string) {
  const attempt = await countAttempt(door, address, self.login)
  if (!(await passwordMatches(door.key, hash, current))) throw new BergfriedError('identity.password_wrong')
  await attempt.succeeded()
}

/** Sets up or replaces one-time codes. @returns new recovery codes where there were none, otherwise nothing */
export async function setTotp(door: Doorway, self: Self, given: z.output<typeof EnrolTotp>): Promise<string[]> {
  await requireFresh(door.stage, self.session, door.now)
  const proven = await provenTotp(door, self, given)
  return door.stage.transaction(async (tx) => {
    await holdPerson(tx, self.id)
    await storeTotp(tx, door.key, self.id, proven, door.now)
    await record(tx, door, self, 'method_added', 'totp')
    return codesIfNone(tx, door, self)
  })
}

/** Takes the password away, with its one-time codes and recovery codes. @throws {BergfriedError} `identity.last_way` */
export async function removePassword(door: Doorway, self: Self): Promise<void> {
  await requireFresh(door.stage, self.session, door.now)
  await door.stage.transaction(async (tx) => {
    await holdPerson(tx, self.id)
    for (const table of ['password', 'totp', 'recovery_code']) {
      await tx.query(`delete from identity.${table} where person_id = $1`, [self.id])
    }
    await keepAWay(tx, self.id, door.signIn.providers)
    await endOthers(tx, self)
    await record(tx, door, self, 'method_removed', 'password')
  })
}

/** New recovery codes; the old ones are void. @throws {BergfriedError} `identity.totp_missing` where they would replace nothing */
export async function newRecoveryCodes(door: Doorway, self: Self): Promise<string[]> {
  await requireFresh(door.stage, self.session, door.now)
  return door.stage.transaction(async (tx) => {
    await holdPerson(tx, self.id)
    const [totp] = await tx.query('select from identity.totp where person_id = $1', [self.id])
    if (totp === undefined) throw new BergfriedError('identity.totp_missing')
    await record(tx, door, self, 'method_added', 'recovery_codes')
    return replaceRecoveryCodes(tx, door.key, self.id, door.now)
  })
}

async function codesIfNone(tx: Transaction, door: Doorway, { id }: Self): Promise<string[]> {
  const [left] = await tx.query('select from identity.recovery_code where person_id = $1 and used_at is null limit 1', [
    id,
  ])
  return left === undefined ? replaceRecoveryCodes(tx, door.key, id, door.now) : []
}

export async function endOthers(tx: Transaction, { id, session }: Self): Promise<void> {
  await tx.query('delete from identity.session where person_id = $1 and id <> $2', [id, session])
}

const record = (
  tx: Transaction,
  { now }: Doorway,
  { id, login }: Self,
  event: 'method_added' | 'method_removed',
  method: string,
) => recordAccount(tx, now, event, { account: id, login, by: login }, { method })
