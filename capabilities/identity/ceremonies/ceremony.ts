import type { StagePool } from '../../../kernel/db/database.ts'
import { keyedDigest, keyFor } from '../crypto/keys.ts'
import { seal, unseal } from '../crypto/seal.ts'
import { freshToken, isToken, tokenDigest } from '../crypto/token.ts'
import { LOCKS } from '../locks.ts'

/** What was begun. A handle of one purpose opens nothing of another. */
export type Purpose = 'passkey-sign-in' | 'passkey-link' | 'passkey-add' | 'totp' | 'oidc'

const LIFETIME_MS = 10 * 60_000
/** How many may be open at once: in all, and from one address. The oldest goes for the newest. */
export const MOST_OPEN = 10_000
export const MOST_OPEN_PER_ORIGIN = 30

/** Where and for whom ceremonies are kept. */
export interface CeremonyStore {
  readonly stage: StagePool
  /** `SignIn.key` */
  readonly key: Buffer
  readonly now: Date
}

/**
 * Keeps a state until its answer comes: sealed, for ten minutes, for one answer.
 *
 * @param address - of the client; kept as a keyed digest
 * @param handle - where the handle has to be known before, as with OpenID Connect
 * @returns the handle that the answer has to name
 */
export async function beginCeremony(
  { stage, key, now }: CeremonyStore,
  purpose: Purpose,
  address: string,
  state: object,
  handle: string = freshToken(),
): Promise<string> {
  const origin = keyedDigest(key, 'origin', address)
  const digest = tokenDigest(handle)
  const sealed = seal(keyFor(key, 'ceremony'), `${purpose} ${handle}`, Buffer.from(JSON.stringify(state)))
  await stage.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1, $2)', LOCKS.ceremonies)
    await tx.query('delete from identity.ceremony where until <= $1', [now])
    await tx.query(
      `delete from identity.ceremony where digest in (
         select digest from identity.ceremony where origin = $1 order by created_at desc offset $2)`,
      [origin, MOST_OPEN_PER_ORIGIN - 1],
    )
    await tx.query(
      `delete from identity.ceremony where digest in (
         select digest from identity.ceremony order by created_at desc offset $1)`,
      [MOST_OPEN - 1],
    )
    await tx.query('insert into identity.ceremony values ($1, $2, $3, $4, $5, $6)', [
      digest,
      purpose,
      origin,
      sealed,
      now,
      new Date(now.getTime() + LIFETIME_MS),
    ])
  })
  return handle
}

/**
 * Takes a state out, once: of two that come at the same time with one handle, one gets it. Null where there is none, it is too
 * old, or for something else.
 */
export async function takeCeremony<T>(store: CeremonyStore, purpose: Purpose, handle: string): Promise<T | null> {
  return read(
    store,
    purpose,
    handle,
    'delete from identity.ceremony where digest = $1 and purpose = $2 returning sealed, until',
  )
}

/** Reads a state and leaves it: for what may be tried again until it fits, and is taken then. */
export async function peekCeremony<T>(store: CeremonyStore, purpose: Purpose, handle: string): Promise<T | null> {
  return read(store, purpose, handle, 'select sealed, until from identity.ceremony where digest = $1 and purpose = $2')
}

async function read<T>(
  { stage, key, now }: CeremonyStore,
  purpose: Purpose,
  handle: string,
  sql: string,
): Promise<T | null> {
  if (!isToken(handle)) return null
  const [row] = await stage.query<{ sealed: Buffer; until: Date }>(sql, [tokenDigest(handle), purpose])
  if (row === undefined || row.until <= now) return null
  const clear = unseal(keyFor(key, 'ceremony'), `${purpose} ${handle}`, row.sealed)
  return clear === null ? null : (JSON.parse(clear.toString('utf8')) as T)
}
