import { createHash, randomBytes } from 'node:crypto'
import type { Transaction } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { recordAccess } from '../evidence/record.ts'

const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest()

/**
 * Lets a host go by what we say. A host that is enrolled again gets another token; the old one counts no more.
 *
 * @returns the token, which is not kept
 */
export async function enrolHost(tx: Transaction, at: Date, name: string, by: string): Promise<string> {
  if (!/^[a-z0-9][a-z0-9.-]{0,62}$/.test(name)) throw new BergfriedError('access.unknown', { what: `host “${name}”` })
  const token = randomBytes(32).toString('base64url')
  await tx.query(
    `insert into access.host (name, digest, enrolled_by, enrolled_at) values ($1, $2, $3, $4)
     on conflict (name) do update set digest = $2, enrolled_by = $3, enrolled_at = $4, removed_at = null, report = null,
       reported_at = null, applied = null`,
    [name, digestOf(token), by, at],
  )
  await recordAccess(tx, at, 'host', { person: by, by }, { system: name })
  return token
}

/** The host that carries this token, or null. */
export async function hostByToken(tx: Transaction, header: string | undefined): Promise<string | null> {
  const [scheme, token] = (header ?? '').split(' ')
  if (scheme?.toLowerCase() !== 'bearer' || token === undefined || token.length > 200) return null
  const [row] = await tx.query<{ name: string }>(
    'select name from access.host where digest = $1 and removed_at is null',
    [digestOf(token)],
  )
  return row?.name ?? null
}
