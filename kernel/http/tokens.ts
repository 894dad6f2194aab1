import { createHash, randomBytes } from 'node:crypto'
import type { StagePool } from '../db/database.ts'
import { appendEntry } from '../ledger/entry.ts'
import { sealPersonal } from '../ledger/personal.ts'
import type { TokenPermission } from './route.ts'

export interface TokenInfo {
  readonly id: number
  readonly name: string
  readonly permissions: readonly TokenPermission[]
  readonly createdAt: Date
  readonly until: Date
}

/** 256 random bits behind a prefix that scanners for leaked secrets can look for. */
const fresh = (): string => `bfr_${randomBytes(32).toString('base64url')}`

/** Only this is stored. The token has full entropy, so a plain hash is enough and no stretching is needed. */
const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest()

/** Makes a token. It is returned once and cannot be read again. */
export async function createToken(
  desk: StagePool,
  token: { name: string; permissions: readonly TokenPermission[]; now: Date; until: Date },
): Promise<{ id: number; token: string }> {
  const secret = fresh()
  return desk.transaction(async (tx) => {
    const [row] = await tx.query<{ id: number }>(
      'insert into desk.token (name, digest, permissions, created_at, until) values ($1, $2, $3, $4, $5) returning id',
      [token.name, digestOf(secret), token.permissions, token.now, token.until],
    )
    const id = row?.id ?? 0
    await appendEntry(tx, token.now, 'token', {
      event: 'created',
      token: id,
      name: await sealPersonal(tx, token.now, token.name, { name: token.name }),
      permissions: token.permissions,
      until: token.until.toISOString(),
    })
    return { id, token: secret }
  })
}

/**
 * Whose token this is, or null. The lookup is by hash: the database compares a value that the caller cannot steer, so
 * its timing tells nothing about stored tokens.
 */
export async function findToken(desk: StagePool, token: string, now: Date): Promise<TokenInfo | null> {
  if (!/^bfr_[A-Za-z0-9_-]{43}$/.test(token)) return null
  const [row] = await desk.query<TokenInfo>(
    `select t.id, t.name, t.permissions, t.created_at as "createdAt", t.until from desk.token t
     left join desk.token_end e on e.token_id = t.id
     where t.digest = $1 and t.until > $2 and e.token_id is null`,
    [digestOf(token), now],
  )
  return row ?? null
}

/** Tokens that are still good, without their secrets. */
export const listTokens = (desk: StagePool, now: Date): Promise<readonly TokenInfo[]> =>
  desk.query<TokenInfo>(
    `select t.id, t.name, t.permissions, t.created_at as "createdAt", t.until from desk.token t
     left join desk.token_end e on e.token_id = t.id where t.until > $1 and e.token_id is null order by t.id`,
    [now],
  )

/** Ends a token at once. Returns false where there is no such token. */
export async function endToken(desk: StagePool, id: number, now: Date): Promise<boolean> {
  return desk.transaction(async (tx) => {
    const rows = await tx.query(
      `insert into desk.token_end (token_id, ended_at) select id, $2 from desk.token where id = $1
       on conflict do nothing returning token_id`,
      [id, now],
    )
    if (rows.length > 0) await appendEntry(tx, now, 'token', { event: 'ended', token: id })
    return rows.length > 0
  })
}
