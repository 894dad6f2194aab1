import type { StagePool, Transaction } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { keyedDigest } from '../crypto/keys.ts'
import { freshToken, isToken, tokenDigest } from '../crypto/token.ts'

export const SESSION_S = 12 * 3600
export const IDLE_S = 2 * 3600
/** Seen is written at most so often: reading a page must not write at every request. */
const SEEN_EVERY_S = 60
const FRESH_S = 10 * 60
const MOST_PER_PERSON = 20

export type Method = 'passkey' | 'password' | 'oidc' | 'setup'

/** A session and whose it is. */
export interface Session {
  readonly id: string
  readonly method: Method
  readonly createdAt: Date
  readonly until: Date
  readonly person: {
    readonly id: string
    readonly login: string
    readonly name: string
    readonly language: 'de' | 'en'
    readonly roles: readonly string[]
  }
}

/** Who came, as a session remembers it. */
export interface Visitor {
  readonly device: string
  readonly address: string
}

/**
 * Begins a session. The person's row is held until the transaction ends, so that a lock that is set at the same time is either
 * seen here or finds this session.
 *
 * @returns the session with the token for the cookie, or null where the person is locked or gone
 */
export async function beginSession(
  tx: Transaction,
  now: Date,
  person: string,
  method: Method,
  visitor: Visitor,
): Promise<{ session: Session; token: string } | null> {
  const [held] = await tx.query<Session['person']>(
    'select id, login, name, language, roles from identity.person where id = $1 and locked_at is null for update',
    [person],
  )
  if (held === undefined) return null
  const token = freshToken()
  const until = new Date(now.getTime() + SESSION_S * 1000)
  const { device, address } = visitor
  const [row] = await tx.query<{ id: string }>(
    `insert into identity.session (digest, person_id, method, device, address, created_at, last_seen_at, until)
     values ($1, $2, $3, $4, $5, $6, $6, $7) returning id`,
    [tokenDigest(token), person, method, device.slice(0, 80), address.slice(0, 64), now, until],
  )
  await tx.query('update identity.person set last_seen_at = $2 where id = $1', [person, now])
  await tx.query(
    `delete from identity.session where id in (
       select id from identity.session where person_id = $1 order by created_at desc, id offset $2)`,
    [person, MOST_PER_PERSON],
  )
  return { token, session: { id: row?.id ?? '', method, createdAt: now, until, person: held } }
}

/** The session of a token, or null: unknown, ended, too old, unused for too long, or its person locked. */
export async function findSession(stage: StagePool, token: string | null, now: Date): Promise<Session | null> {
  if (token === null || !isToken(token)) return null
  const [row] = await stage.query<
    Omit<Session, 'person'> & Session['person'] & { person: string; session: string; seen: Date }
  >(
    `select s.id as session, s.method, s.created_at as "createdAt", s.last_seen_at as seen, s.until,
       p.id as person, p.login, p.name, p.language, p.roles
     from identity.session s join identity.person p on p.id = s.person_id
     where s.digest = $1 and s.until > $2 and s.last_seen_at > $2::timestamptz - $3 * interval '1 second' and p.locked_at is null`,
    [tokenDigest(token), now, IDLE_S],
    'identity-session',
  )
  if (row === undefined) return null
  if (now.getTime() - row.seen.getTime() >= SEEN_EVERY_S * 1000) await seen(stage, row.session, row.person, now)
  const { session, method, createdAt, until, person, login, name, language, roles } = row
  return { id: session, method, createdAt, until, person: { id: person, login, name, language, roles } }
}

async function seen(stage: StagePool, session: string, person: string, now: Date): Promise<void> {
  await stage.query('update identity.session set last_seen_at = $2 where id = $1 and last_seen_at < $2', [session, now])
  await stage.query('update identity.person set last_seen_at = $2 where id = $1 and last_seen_at < $2', [person, now])
}

/** What a page has to send back, so that a request it did not make is known; derived, nothing more is stored. */
export const csrfOf = (key: Buffer, token: string): string => keyedDigest(key, 'csrf', token).toString('base64url')

/** @throws {BergfriedError} `identity.sign_in_again` where the sign-in is older than ten minutes */
export async function requireFresh(stage: StagePool, session: string, now: Date): Promise<Method> {
  const [row] = await stage.query<{ method: Method; createdAt: Date }>(
    'select method, created_at as "createdAt" from identity.session where id = $1',
    [session],
  )
  if (row === undefined || now.getTime() - row.createdAt.getTime() > FRESH_S * 1000) {
    throw new BergfriedError('identity.sign_in_again')
  }
  return row.method
}

/** Removes what has ended by time. By itself, so that it holds no row while something else is held. */
export async function removeEnded(stage: StagePool, now: Date): Promise<void> {
  await stage.query(
    `delete from identity.session where until <= $1 or last_seen_at <= $1::timestamptz - $2 * interval '1 second'`,
    [now, IDLE_S],
  )
}

/** Ends the session of a token, where there is one. */
export async function endSessionOf(tx: Transaction, token: string | null): Promise<void> {
  if (token !== null && isToken(token)) {
    await tx.query('delete from identity.session where digest = $1', [tokenDigest(token)])
  }
}
