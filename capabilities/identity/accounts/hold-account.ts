import type { Transaction } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { LOCKS } from '../locks.ts'

export interface HeldAccount {
  readonly id: string
  readonly login: string
  readonly roles: readonly string[]
  readonly locked: boolean
  readonly joined: boolean
}

/** By its number, as the console names it, or by its login, as the command line does. */
export type Which = { readonly id: string } | { readonly login: string }

/**
 * Holds an account that is about to be changed. Changes of accounts come one after the other, so that two of them together do
 * not leave nobody.
 *
 * @throws {BergfriedError} `http.not_found`
 */
export async function holdAccount(tx: Transaction, which: Which): Promise<HeldAccount> {
  await tx.query('select pg_advisory_xact_lock($1, $2)', LOCKS.owners)
  const [column, value] = 'id' in which ? ['id', which.id] : ['login', which.login]
  const [row] = await tx.query<HeldAccount>(
    `select id, login, roles, locked_at is not null as locked, joined_at is not null as joined
     from identity.person where ${column} = $1 for update`,
    [value],
  )
  if (row === undefined) throw new BergfriedError('http.not_found', { what: `account ${value.slice(0, 60)}` })
  return row
}

/**
 * Refuses what would leave no owner who can sign in; call it after the change, in its transaction.
 *
 * @throws {BergfriedError} `identity.last_owner`
 */
export async function keepAnOwner(tx: Transaction): Promise<void> {
  const [row] = await tx.query<{ there: boolean }>(
    `select exists (select from identity.person p where 'owner' = any(p.roles) and p.locked_at is null
       and (exists (select from identity.passkey k where k.person_id = p.id)
         or exists (select from identity.password w where w.person_id = p.id)
         or exists (select from identity.federated f where f.person_id = p.id))) as there`,
  )
  if (row?.there !== true) throw new BergfriedError('identity.last_owner')
}
