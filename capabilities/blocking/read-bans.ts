import type { RouteDeps } from '../../kernel/http/route.ts'
import type { BansView, BanView } from './contract.ts'

type Row = Omit<BanView, 'at' | 'until' | 'endedAt'> & { at: Date; until: Date; endedAt: Date | null }

const BAN = `select id, text(network) as network, armed, rule, level, alert, reason, by, before, at, until,
  ended_at as "endedAt", end_reason as "endReason" from blocking.ban`
const SHOWN = 1000

/** Who is kept out, who was, who was spared. */
export async function readBans({ database, blocking }: Pick<RouteDeps, 'database' | 'blocking'>): Promise<BansView> {
  const pool = database.stage('bf_detect')
  const [live, ended, spared] = await Promise.all([
    pool.query<Row>(`${BAN} where ended_at is null order by at desc limit ${SHOWN}`),
    pool.query<Row>(`${BAN} where ended_at is not null order by ended_at desc limit 200`),
    pool.query<{ address: string; why: string; rule: string; at: Date }>(
      'select address, why, rule, at from blocking.spared order by at desc limit 200',
    ),
  ])
  const { decided = 0, enforced = null, problem = null, lookedAt = null, refused = null } = blocking?.state ?? {}
  return {
    mode: blocking?.config.mode ?? 'off',
    decided,
    enforced,
    problem,
    lookedAt: lookedAt?.toISOString() ?? null,
    refused,
    live: live.map(view),
    ended: ended.map(view),
    spared: spared.map((one) => ({ ...one, at: one.at.toISOString() })),
  }
}

const view = (row: Row): BanView => ({
  ...row,
  at: row.at.toISOString(),
  until: row.until.toISOString(),
  endedAt: row.endedAt?.toISOString() ?? null,
})
