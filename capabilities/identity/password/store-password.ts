import type { Transaction } from '../../../kernel/db/database.ts'
import { sealTotp } from './sign-in-with-password.ts'

/** A password and a secret of one-time codes that were checked, ready to be stored. */
export interface CheckedPassword {
  readonly hash: string
  readonly secret: Uint8Array
  /** The step that proved the secret; it is used up by that. */
  readonly step: number
}

export async function storePassword(tx: Transaction, person: string, hash: string, now: Date): Promise<void> {
  await tx.query(
    `insert into identity.password (person_id, hash, changed_at) values ($1, $2, $3)
     on conflict (person_id) do update set hash = $2, changed_at = $3`,
    [person, hash, now],
  )
}

/** Stores the secret of one-time codes, sealed for the person. */
export async function storeTotp(
  tx: Transaction,
  key: Buffer,
  person: string,
  { secret, step }: Pick<CheckedPassword, 'secret' | 'step'>,
  now: Date,
): Promise<void> {
  await tx.query(
    `insert into identity.totp (person_id, sealed, last_step, enrolled_at) values ($1, $2, $3, $4)
     on conflict (person_id) do update set sealed = $2, last_step = $3, enrolled_at = $4`,
    [person, sealTotp(key, person, secret), step, now],
  )
}
