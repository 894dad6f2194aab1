import type { Check } from '../../../kernel/check/check.ts'
import { reasonText } from '../../../kernel/check/row-words.ts'
import type { StagePool } from '../../../kernel/db/database.ts'
import type { PolicyLine } from '../contract.ts'

interface Row {
  readonly check: string
  readonly system: string
  readonly resource: string
  readonly status: string
  readonly reason: string
  readonly dims: Record<string, unknown> | null
}

/** Per check the oldest thing that is wrong and not excepted, violated before unreadable. */
export async function worstRows(
  pool: StagePool,
  checks: readonly Check[],
  at: Date,
): Promise<ReadonlyMap<string, NonNullable<PolicyLine['worst']>>> {
  const rows = await pool.query<Row>(SQL, [checks.map((c) => c.id), at])
  const byId = new Map(checks.map((c) => [c.id as string, c]))
  return new Map(
    rows.flatMap((row) => {
      const check = byId.get(row.check)
      if (check === undefined) return []
      const text = { de: reasonText(check, row, 'de'), en: reasonText(check, row, 'en') }
      return [[row.check, { text, system: row.system, resource: row.resource, status: row.status }] as const]
    }),
  )
}

const SQL = `
select n.name as check, s.name as system, w.resource, w.status::text as status, w.reason, w.dims
from finding.check_name n
cross join lateral (
  select r.* from finding.verdict_row r
  where r.check_id = n.id and r.valid_to = 'infinity' and r.status in ('alarm', 'error', 'stale') and r.status in ('alarm', 'error')
    and exists (select from desk.system s where s.id = r.system_id and s.removed_at is null)
    and not (r.status = 'alarm' and exists (
      select from desk.exception e
      left join desk.exception_end x on x.exception_id = e.id and x.ended_at <= $2
      left join desk.system es on es.name = e.system_name
      where e.check_name = n.name and (e.system_name is null or es.id = r.system_id)
        and (e.resource is null or e.resource = r.resource)
        and e.created_at <= $2 and e.until > $2 and x.exception_id is null))
  order by r.status, r.valid_from limit 1) w
join desk.system s on s.id = w.system_id
where n.name = any($1::text[])`
