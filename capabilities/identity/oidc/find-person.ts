import type { Transaction } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { recordAccount } from '../evidence/record.ts'
import { triedLogin } from '../person-text.ts'
import type { Claims, EndedWay } from './end-way.ts'

interface Account {
  readonly id: string
  readonly login: string
  readonly locked: boolean
}

/**
 * Whose account it is, in the caller's transaction. Known by issuer and subject. The first time: by an address that the
 * provider has checked, if it is the login of an account that has no other identity there. Nobody gets an account by this.
 *
 * @returns the person's id
 * @throws {BergfriedError} `identity.not_linked`, `identity.refused`
 */
export async function personBehind(tx: Transaction, { provider, claims }: EndedWay, now: Date): Promise<string> {
  const [known] = await tx.query<{ person: string }>(
    `update identity.federated set last_used_at = $3 where issuer = $1 and subject = $2 returning person_id as person`,
    [claims.issuer, claims.subject, now],
  )
  if (known !== undefined) return known.person
  const account = await accountOfAddress(tx, claims)
  if (account === null) throw new BergfriedError('identity.not_linked')
  if (account.locked) throw new BergfriedError('identity.refused')
  await link(tx, account, provider.id, claims, now, account.login)
  // Who has come this way has joined: an invitation that still lies around lets nobody in any more.
  await tx.query('delete from identity.link where person_id = $1', [account.id])
  await tx.query('update identity.person set joined_at = coalesce(joined_at, $2) where id = $1', [account.id, now])
  return account.id
}

/**
 * Whoever was reset (has joined, and has no way to sign in) is left out: they come back by the new invitation alone, for what
 * they lost may be the account with this provider.
 */
async function accountOfAddress(tx: Transaction, { issuer, verifiedEmail }: Claims): Promise<Account | null> {
  if (verifiedEmail === null) return null
  const [row] = await tx.query<Account>(
    `select id, login, locked_at is not null as locked from identity.person p
     where login = $1
       and not exists (select from identity.federated f where f.person_id = p.id and f.issuer = $2)
       and (joined_at is null
         or exists (select from identity.passkey k where k.person_id = p.id)
         or exists (select from identity.password w where w.person_id = p.id)
         or exists (select from identity.federated f where f.person_id = p.id))
     for update of p`,
    [triedLogin(verifiedEmail), issuer],
  )
  return row ?? null
}

/**
 * Connects an identity with the account of whoever is signed in.
 *
 * @throws {BergfriedError} `identity.linked_elsewhere`
 */
export async function linkTo(
  tx: Transaction,
  person: string,
  { provider, claims }: EndedWay,
  now: Date,
): Promise<void> {
  const [account] = await tx.query<Account>(
    'select id, login, locked_at is not null as locked from identity.person where id = $1 for update',
    [person],
  )
  if (account === undefined || account.locked) throw new BergfriedError('identity.refused')
  await link(tx, account, provider.id, claims, now, account.login)
}

async function link(
  tx: Transaction,
  { id, login }: Account,
  provider: string,
  { issuer, subject }: Claims,
  now: Date,
  by: string,
): Promise<void> {
  const rows = await tx.query(
    `insert into identity.federated (person_id, provider, issuer, subject, created_at, last_used_at)
     values ($1, $2, $3, $4, $5, $5) on conflict do nothing returning 1`,
    [id, provider, issuer, subject, now],
  )
  if (rows.length === 0) throw new BergfriedError('identity.linked_elsewhere')
  await recordAccount(tx, now, 'method_added', { account: id, login, by }, { method: 'provider', provider })
}
