import type { StagePool, Transaction } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { freshToken, isToken, tokenDigest } from '../crypto/token.ts'
import { LOCKS } from '../locks.ts'

const SETUP_MS = 3_600_000
const INVITATION_MS = 72 * 3_600_000

/** A one-time link that still works. */
export interface Link {
  readonly kind: 'setup' | 'invitation'
  readonly until: Date
  /** Of whom it makes an account; null with a setup link, which makes the first one. */
  readonly person: { readonly id: string; readonly login: string; readonly name: string } | null
}

/** True until the first owner is there. */
export async function nobodySetUp(pool: Transaction): Promise<boolean> {
  const [row] = await pool.query<{ nobody: boolean }>(
    `select not exists (select from identity.person where 'owner' = any(roles)) as nobody`,
  )
  return row?.nobody ?? false
}

/**
 * Makes the link for the very first person, good for an hour. A new one replaces the old.
 *
 * @param stage - `bf_identity`
 * @returns the token, told once; null where there is an owner already
 */
export async function createSetupLink(stage: StagePool, now: Date): Promise<string | null> {
  return stage.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1, $2)', LOCKS.owners)
    if (!(await nobodySetUp(tx))) return null
    const token = freshToken()
    await tx.query(
      `insert into identity.link (digest, kind, created_at, until) values ($1, 'setup', $2, $3)
       on conflict (kind) where kind = 'setup' do update set digest = $1, created_at = $2, until = $3`,
      [tokenDigest(token), now, new Date(now.getTime() + SETUP_MS)],
    )
    return token
  })
}

/** Makes an invitation, good for 72 hours. A new one for the same person replaces the old. */
export async function createInvitation(
  tx: Transaction,
  person: string,
  now: Date,
): Promise<{ token: string; until: Date }> {
  const token = freshToken()
  const until = new Date(now.getTime() + INVITATION_MS)
  await tx.query(
    `insert into identity.link (digest, kind, person_id, created_at, until) values ($1, 'invitation', $2, $3, $4)
     on conflict (person_id) where kind = 'invitation' do update set digest = $1, created_at = $3, until = $4`,
    [tokenDigest(token), person, now, until],
  )
  return { token, until }
}

/** Whole addresses of the two kinds. The token stands behind `#`, so it reaches no server log and no referrer. */
export const setupAddress = (url: string, token: string): string => `${url}/setup#${token}`
export const invitationAddress = (url: string, token: string): string => `${url}/join#${token}`

const SELECT = `l.kind, l.until, p.id, p.login, p.name
  from identity.link l left join identity.person p on p.id = l.person_id`
type Row = Pick<Link, 'kind' | 'until'> & Record<'id' | 'login' | 'name', string | null>

/** Reads a link without using it up. @throws {BergfriedError} `identity.link_invalid` */
export async function readLink(stage: StagePool, token: string, now: Date): Promise<Link> {
  if (!isToken(token)) throw new BergfriedError('identity.link_invalid')
  const [row] = await stage.query<Row>(
    `select ${SELECT} where l.digest = $1 and l.until > $2 and p.locked_at is null`,
    [tokenDigest(token), now],
  )
  if (row === undefined || (row.kind === 'setup' && !(await nobodySetUp(stage)))) {
    throw new BergfriedError('identity.link_invalid')
  }
  return linkOf(row)
}

/**
 * Uses a link up, in the transaction of what it is used for: of two at once one gets it, and if what follows fails it is as
 * good as before.
 *
 * @throws {BergfriedError} `identity.link_invalid`
 */
export async function takeLink(tx: Transaction, token: string, now: Date): Promise<Link> {
  await tx.query('select pg_advisory_xact_lock($1, $2)', LOCKS.owners)
  const [row] = await tx.query<Row>(
    `with used as (delete from identity.link where digest = $1 and until > $2 returning *)
     select l.kind, l.until, p.id, p.login, p.name from used l left join identity.person p on p.id = l.person_id
     where p.locked_at is null`,
    [tokenDigest(token), now],
  )
  if (row === undefined || (row.kind === 'setup' && !(await nobodySetUp(tx)))) {
    throw new BergfriedError('identity.link_invalid')
  }
  return linkOf(row)
}

function linkOf({ kind, until, id, login, name }: Row): Link {
  return { kind, until, person: id === null || login === null || name === null ? null : { id, login, name } }
}
