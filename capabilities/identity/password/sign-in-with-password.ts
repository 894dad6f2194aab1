import { BergfriedError } from '../../../kernel/errors.ts'
import { keyFor } from '../crypto/keys.ts'
import { seal, unseal } from '../crypto/seal.ts'
import type { Doorway } from '../doorway.ts'
import { triedLogin } from '../person-text.ts'
import { passwordMatches } from './password-hash.ts'
import { recoveryDigest, typedCode } from './recovery-codes.ts'
import { TOTP_BYTES, totpStep } from './totp.ts'

interface Found {
  readonly id: string
  readonly hash: string | null
  readonly locked: boolean
}

/** No account has it: what is done for it has no effect and costs the same. */
const NOBODY = '00000000-0000-0000-0000-000000000000'
const NO_SECRET = Buffer.alloc(TOTP_BYTES)
const NOTHING_SEALED = Buffer.alloc(12 + TOTP_BYTES + 16)

/**
 * Whom login, password and code belong to. Unknown login, wrong password, wrong code, used code, locked person: the same
 * statements, the same hash, the same answer.
 *
 * @returns the person's id
 * @throws {BergfriedError} `identity.refused`
 */
export async function checkPassword(
  door: Doorway,
  tried: { readonly login: string; readonly password: string; readonly code: string },
): Promise<string> {
  const [found] = await door.stage.query<Found>(
    `select p.id, w.hash, p.locked_at is not null as locked
     from identity.person p left join identity.password w on w.person_id = p.id where p.login = $1`,
    [triedLogin(tried.login)],
  )
  const matches = await passwordMatches(door.key, found?.hash ?? null, tried.password)
  const counts = matches && found !== undefined && !found.locked
  const accepted = await spendCode(door, found?.id ?? NOBODY, tried.code, counts)
  if (!counts || !accepted || found === undefined) throw new BergfriedError('identity.refused')
  return found.id
}

/**
 * Uses a one-time code or a recovery code up, if everything else was right. The row of the secret is held meanwhile, so of two
 * that come at the same time with one code, one gets in.
 */
function spendCode({ stage, key, now }: Doorway, person: string, code: string, counts: boolean): Promise<boolean> {
  return stage.transaction(async (tx) => {
    const [totp] = await tx.query<{ sealed: Buffer; lastStep: number }>(
      'select sealed, last_step as "lastStep" from identity.totp where person_id = $1 for update',
      [person],
    )
    const secret = openTotp(key, person, totp?.sealed ?? NOTHING_SEALED)
    const step = totpStep(secret ?? NO_SECRET, code, now, totp?.lastStep ?? -1)
    const fits = counts && secret !== null && step !== null
    await tx.query('update identity.totp set last_step = $2 where person_id = $1 and $3', [person, step ?? 0, fits])
    const used = await tx.query(
      `update identity.recovery_code set used_at = $3
       where person_id = $1 and digest = $2 and used_at is null and $4 returning 1`,
      [person, recoveryDigest(key, person, typedCode(code) ?? ''), now, counts && !fits],
    )
    return fits || used.length > 0
  })
}

const bound = (person: string): string => `totp ${person}`

/** A secret of one-time codes as it is stored: it opens for that person alone. */
export const sealTotp = (key: Buffer, person: string, secret: Uint8Array): Buffer =>
  seal(keyFor(key, 'totp'), bound(person), secret)
const openTotp = (key: Buffer, person: string, sealed: Buffer): Buffer | null =>
  unseal(keyFor(key, 'totp'), bound(person), sealed)
