import type { StagePool } from '../db/database.ts'
import type { Check, RowStatus } from './check.ts'

/** One row of a check as it stands (or stood), with everything a reader needs. */
export interface VerdictRow {
  readonly id: number
  readonly check: string
  readonly system: string
  readonly resource: string
  readonly status: RowStatus | 'excepted'
  readonly reason: string
  readonly dims: Readonly<Record<string, unknown>> | null
  /** Since when it has stood like this. */
  readonly since: Date
  /** When it ceased to; null while it stands. */
  readonly until: Date | null
  readonly exception: {
    readonly id: number
    readonly owner: string
    readonly reason: string
    readonly until: string
  } | null
}

export interface RowQuestion {
  readonly checks: readonly Check[]
  readonly systems: readonly number[] | null
  readonly statuses: readonly RowStatus[] | null
  readonly at: Date
  readonly current: boolean
  readonly limit: number
  /** Rows after this number, for paging. */
  readonly after?: number
}

/** Rows of checks, in the order of their numbers. Freshness is not applied here: see {@link tallyChecks}. */
export async function verdictRows(pool: StagePool, question: RowQuestion): Promise<readonly VerdictRow[]> {
  const time = question.current
    ? `r.valid_to = 'infinity'`
    : 'r.valid_from <= $4::timestamptz and r.valid_to > $4::timestamptz'
  return pool.query<VerdictRow>(
    `select r.id, n.name as check, s.name as system, r.resource, r.reason, r.dims, r.valid_from as since,
       nullif(r.valid_to, 'infinity') as until,
       case when r.status = 'alarm' and e.id is not null then 'excepted' else r.status::text end as status,
       case when r.status = 'alarm' and e.id is not null
         then jsonb_build_object('id', e.id, 'owner', e.owner, 'reason', e.reason, 'until', e.until) end as exception
     from finding.verdict_row r
     join finding.check_name n on n.id = r.check_id
     join desk.system s on s.id = r.system_id
     left join lateral (
       select e.id, e.owner, e.reason, e.until from desk.exception e
       left join desk.exception_end x on x.exception_id = e.id and x.ended_at <= $4::timestamptz
       where e.check_name = n.name and (e.system_name is null or e.system_name = s.name)
         and (e.resource is null or e.resource = r.resource)
         and e.created_at <= $4::timestamptz and e.until > $4::timestamptz and x.exception_id is null
       order by e.until desc limit 1) e on true
     where ${time} and n.name = any($1::text[]) and ($2::int[] is null or r.system_id = any($2::int[]))
       and ($3::text[] is null or r.status::text = any($3::text[])) and r.id > $5
       and (s.removed_at is null or s.removed_at > $4::timestamptz)
     order by r.id limit $6`,
    [
      question.checks.map((c) => c.id),
      question.systems,
      question.statuses,
      question.at,
      question.after ?? 0,
      question.limit,
    ],
  )
}
