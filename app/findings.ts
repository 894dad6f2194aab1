import { reasonText } from '../kernel/check/row-words.ts'
import type { RouteDeps } from '../kernel/http/route.ts'

interface Stored {
  readonly id: number
  readonly check: string
  readonly system: string
  readonly resource: string
  readonly status: 'alarm' | 'error' | 'stale'
  readonly reason: string
  readonly dims: Record<string, unknown> | null
  readonly opened: Date
  readonly changed: Date
  readonly closed: Date | null
}

/**
 * Findings: runs of rows of one resource that were not fine, without a gap. The stored rows tell the changes; a finding
 * is opened with the first of a run, changed with each next one, closed when a fine row (or none) follows.
 */
export async function findings(
  deps: Pick<RouteDeps, 'database' | 'checks'>,
  query: { state: 'open' | 'closed' | 'all'; limit: number; after: number },
) {
  const rows = await deps.database.stage('bf_publish').query<Stored>(SQL, [query.state, query.after, query.limit])
  const shown = rows.flatMap((row) => {
    const check = deps.checks.get(row.check)
    if (check === undefined) return []
    return [
      {
        id: row.id,
        check: row.check,
        system: row.system,
        resource: row.resource,
        status: row.status,
        reason: row.reason,
        text: { de: reasonText(check, row, 'de'), en: reasonText(check, row, 'en') },
        openedAt: row.opened.toISOString(),
        changedAt: row.changed.toISOString(),
        closedAt: row.closed?.toISOString() ?? null,
      },
    ]
  })
  return { findings: shown, next: rows.length < query.limit ? null : (rows.at(-1)?.id ?? null) }
}

const SQL = `
with bad as (
  select r.*, coalesce(lag(r.valid_to) over w = r.valid_from, false) as goes_on
  from finding.verdict_row r where r.status in ('alarm', 'error', 'stale')
  window w as (partition by r.check_id, r.system_id, r.resource order by r.valid_from, r.id)),
runs as (
  select *, sum(case when goes_on then 0 else 1 end) over
    (partition by check_id, system_id, resource order by valid_from, id) as run from bad),
found as (
  select distinct on (check_id, system_id, resource, run)
    id, check_id, system_id, resource, status, reason, dims, valid_from as changed, nullif(valid_to, 'infinity') as closed,
    min(valid_from) over (partition by check_id, system_id, resource, run) as opened
  from runs order by check_id, system_id, resource, run, valid_from desc, id desc)
select f.id, n.name as "check", s.name as system, f.resource, f.status::text as status, f.reason, f.dims,
  f.opened, f.changed, f.closed
from found f join finding.check_name n on n.id = f.check_id join desk.system s on s.id = f.system_id
where ($1 = 'all' or ($1 = 'open') = (f.closed is null)) and ($2::bigint = 0 or f.id < $2::bigint)
order by f.id desc limit $3`
