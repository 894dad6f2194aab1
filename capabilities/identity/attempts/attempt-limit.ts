import type { StagePool, Transaction } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { appendEntry } from '../../../kernel/ledger/entry.ts'
import { keyedDigest } from '../crypto/keys.ts'
import { networkOf } from './network-of.ts'

/** Attempts without a delay; after them each has to wait twice as long as the one before. */
const FREE = { login: 5, address: 30 } as const
type Of = keyof typeof FREE
const FIRST_DELAY_S = 2
const MOST_DELAY_S = 15 * 60
/** After so long without an attempt it begins anew. */
const FORGOTTEN_S = 3600
/** So many entries of evidence an hour at the most, whoever tries from wherever. */
const MOST_TOLD = 60

export interface AttemptStore {
  readonly stage: StagePool
  /** `SignIn.key` */
  readonly key: Buffer
  readonly now: Date
}

/** An attempt that was counted. Counting comes before looking, so that many at once gain nothing. */
export interface Attempt {
  /** It was a good one: the login starts anew, the address gets this one back. */
  succeeded(): Promise<void>
}

/**
 * Counts an attempt to sign in against the address and, where one is named, the login: known or not, in the same way.
 *
 * @throws {BergfriedError} `identity.too_many` with the seconds to wait
 */
export async function countAttempt(
  { stage, key, now }: AttemptStore,
  address: string,
  login: string | null,
): Promise<Attempt> {
  const subjects: readonly (readonly [Of, Buffer])[] = [
    ['address', keyedDigest(key, 'attempt', 'address', networkOf(address))],
    ...(login === null ? [] : ([['login', keyedDigest(key, 'attempt', 'login', login)]] as const)),
  ]
  // By itself: a transaction that held old rows while it counts could wait for one that waits for it.
  await stage.query(`delete from identity.attempt where last_at < $1::timestamptz - $2 * interval '1 second'`, [
    now,
    FORGOTTEN_S,
  ])
  const wait = await stage.transaction(async (tx) => {
    for (const [of, subject] of subjects) {
      const seconds = await count(tx, of, subject, now, of === 'login' ? login : null)
      if (seconds > 0) return seconds
    }
    return 0
  })
  if (wait > 0) throw new BergfriedError('identity.too_many', { seconds: wait })
  return {
    succeeded: async () => {
      for (const [of, subject] of subjects) {
        await stage.query(
          of === 'login'
            ? 'delete from identity.attempt where subject = $1'
            : 'update identity.attempt set failures = greatest(failures - 1, 0), blocked_until = last_at where subject = $1',
          [subject],
        )
      }
    },
  }
}

/** @returns seconds to wait, or 0 where the attempt may be made */
async function count(tx: Transaction, of: Of, subject: Buffer, now: Date, login: string | null): Promise<number> {
  const [row] = await tx.query<{ failures: number; told: boolean }>(
    `insert into identity.attempt as a (subject, failures, last_at, blocked_until) values ($1, 1, $2, $2)
     on conflict (subject) do update set failures = a.failures + 1, last_at = $2,
       blocked_until = $2::timestamptz + case when a.failures + 1 <= $3 then 0 else
         least($4 * power(2, least(a.failures - $3, 20)), $5) end * interval '1 second'
     where a.blocked_until <= $2
     returning failures, told_at is not null as told`,
    [subject, now, FREE[of], FIRST_DELAY_S, MOST_DELAY_S],
  )
  if (row === undefined) {
    const [blocked] = await tx.query<{ seconds: number }>(
      `select ceil(extract(epoch from blocked_until - $2::timestamptz))::int as seconds
       from identity.attempt where subject = $1`,
      [subject, now],
    )
    return Math.max(1, blocked?.seconds ?? 1)
  }
  if (row.failures > FREE[of] && !row.told) await tell(tx, of, subject, now, login)
  return 0
}

/** One entry per row of attempts, at the first that is beyond the limit: never one for each attempt. */
async function tell(tx: Transaction, of: Of, subject: Buffer, now: Date, login: string | null): Promise<void> {
  const [told] = await tx.query<{ n: number }>(
    `select count(*) as n from identity.attempt where told_at > $1::timestamptz - interval '1 hour'`,
    [now],
  )
  if ((told?.n ?? 0) >= MOST_TOLD) return
  await tx.query('update identity.attempt set told_at = $2 where subject = $1', [subject, now])
  // Asked for every login, so that a known one costs what an unknown one costs.
  const [account] = await tx.query<{ id: string }>('select id from identity.person where login = $1', [login ?? ''])
  await appendEntry(tx, now, 'account', { event: 'attempts', of, account: account?.id ?? null })
}
