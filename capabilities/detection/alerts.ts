import type { Clock } from '../../kernel/clock/clock.ts'
import type { StagePool } from '../../kernel/db/database.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import type { RouteDeps } from '../../kernel/http/route.ts'
import { appendEntry } from '../../kernel/ledger/entry.ts'
import { sealPersonal } from '../../kernel/ledger/personal.ts'
import type { AlertsView, AlertView } from './contract.ts'

type Row = Omit<AlertView, 'firstAt' | 'lastAt' | 'decidedAt' | 'count'> & {
  firstAt: Date
  lastAt: Date
  decidedAt: Date | null
  count: number
}

const ALERT = `select id, rule, title, level, tags, about, first_at as "firstAt", last_at as "lastAt", count, events, pack, state,
  decided_by as "decidedBy", decided_at as "decidedAt", note from detection.alert`

/** Alerts, the open and the grave ones first. */
export async function readAlerts(pool: StagePool, limit = 500): Promise<readonly AlertView[]> {
  const rows = await pool.query<Row>(
    `${ALERT} order by array_position(array['open', 'acknowledged', 'closed'], state),
       array_position(array['critical', 'high', 'medium', 'low', 'informational'], level), last_at desc limit $1`,
    [limit],
  )
  return rows.map((row) => ({
    ...row,
    count: Number(row.count),
    firstAt: row.firstAt.toISOString(),
    lastAt: row.lastAt.toISOString(),
    decidedAt: row.decidedAt?.toISOString() ?? null,
  }))
}

export async function alertsView({
  database,
  detection,
}: Pick<RouteDeps, 'database' | 'detection'>): Promise<AlertsView> {
  const pool = database.stage('bf_detect')
  const sources = await pool.query<{
    name: string
    lines: number
    unread: number
    lastAt: Date | null
    lookedAt: Date
  }>('select name, lines, unread, last_at as "lastAt", looked_at as "lookedAt" from detection.source order by name')
  return {
    watching: detection !== null,
    rules: detection?.rules ?? 0,
    problems: [...(detection?.problems ?? [])],
    sources: sources.map(({ lastAt, lookedAt, lines, unread, ...rest }) => ({
      ...rest,
      lines: Number(lines),
      unread: Number(unread),
      lastAt: lastAt?.toISOString() ?? null,
      lookedAt: lookedAt.toISOString(),
    })),
    alerts: [...(await readAlerts(pool))],
  }
}

/**
 * Decides about an alert. A closed one stays closed: the same attack later is a new alert.
 *
 * @throws {BergfriedError} `http.not_found`, `detection.decided`
 */
export async function decideAlert(
  pool: StagePool,
  clock: Clock,
  id: string,
  { state, by, note }: { readonly state: 'acknowledged' | 'closed'; readonly by: string; readonly note: string | null },
): Promise<void> {
  const now = clock.now()
  await pool.transaction(async (tx) => {
    const [alert] = await tx.query<{ state: string; rule: string; level: string }>(
      'select state, rule, level from detection.alert where id = $1 for update',
      [id],
    )
    if (alert === undefined) throw new BergfriedError('http.not_found', { what: `alert ${id}` })
    if (alert.state === 'closed' || alert.state === state) throw new BergfriedError('detection.decided', {})
    await tx.query(
      'update detection.alert set state = $2, decided_by = $3, decided_at = $4, note = coalesce($5, note) where id = $1',
      [id, state, by, now, note],
    )
    const who = await sealPersonal(tx, now, by, { by })
    await appendEntry(tx, now, 'alert', { event: 'decided', id, rule: alert.rule, level: alert.level, state, by: who })
  })
}
