import type { Transaction } from '../../kernel/db/database.ts'
import { appendEntry } from '../../kernel/ledger/entry.ts'
import type { Decision } from './decide/decide.ts'

export interface LiveBan {
  readonly id: string
  readonly network: string
  readonly until: Date
}

/** Numbers that decisions are bounded by. */
export async function standingOf(tx: Transaction, now: Date, networks: readonly string[]) {
  const live = await tx.query<{ network: string }>(
    'select text(network) as network from blocking.ban where ended_at is null',
  )
  const [minute] = await tx.query<{ n: number }>(
    `select count(*) as n from blocking.ban where at > $1::timestamptz - interval '1 minute'`,
    [now],
  )
  const before = await tx.query<{ network: string; n: number }>(
    `select text(network) as network, count(*) as n from blocking.ban
     where network = any($1::cidr[]) and at > $2::timestamptz - interval '90 days' group by network`,
    [networks, now],
  )
  return { live, lastMinute: Number(minute?.n), before: new Map(before.map(({ network, n }) => [network, Number(n)])) }
}

/** Begins bans, with an entry for all of them. */
export async function beginBans(
  tx: Transaction,
  at: Date,
  armed: boolean,
  bans: readonly (Decision & { readonly id: string; readonly by?: string; readonly reason?: string })[],
): Promise<void> {
  for (const { id, network, until, before, because, by, reason } of bans)
    await tx.query(
      `insert into blocking.ban (id, network, armed, rule, level, alert, reason, before, by, at, until)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (network, armed) where ended_at is null do nothing`,
      [id, network, armed, because.rule, because.level, because.alert, reason ?? null, before, by ?? null, at, until],
    )
  for (let from = 0; from < bans.length; from += 200)
    await appendEntry(tx, at, 'ban', {
      event: 'begun',
      armed,
      bans: bans.slice(from, from + 200).map(({ id, because, until }) => ({
        id,
        rule: because.rule,
        alert: because.alert,
        until: until.toISOString(),
      })),
    })
}

export type EndReason = 'time' | 'hand' | 'never' | 'mode'

/** Ends bans. Those that end by their time leave no entry: it said when. */
export async function endBans(
  tx: Transaction,
  at: Date,
  ids: readonly string[],
  reason: EndReason,
  by: string | null = null,
): Promise<void> {
  if (ids.length === 0) return
  await tx.query(
    'update blocking.ban set ended_at = $2, end_reason = $3, ended_by = $4 where id = any($1::uuid[]) and ended_at is null',
    [ids, at, reason, by],
  )
  if (reason !== 'time') await appendEntry(tx, at, 'ban', { event: 'ended', reason, bans: ids.slice(0, 1000) })
}

export const liveBans = (tx: Transaction, armed: boolean): Promise<readonly LiveBan[]> =>
  tx.query<LiveBan>(
    'select id, text(network) as network, until from blocking.ban where ended_at is null and armed = $1',
    [armed],
  )

/** Remembers who was not kept out; what is older than a day goes. */
export async function recordSpared(
  tx: Transaction,
  at: Date,
  held: readonly { readonly address: string; readonly why: string; readonly rule: string }[],
): Promise<void> {
  for (const { address, why, rule } of held.slice(0, 1000))
    await tx.query('insert into blocking.spared (address, why, rule, at) values ($1, $2, $3, $4)', [
      address,
      why,
      rule,
      at,
    ])
  await tx.query(`delete from blocking.spared where at < $1::timestamptz - interval '1 day'`, [at])
}
