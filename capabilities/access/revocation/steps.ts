import type { Lease } from '../../../kernel/act/actor.ts'
import type { StagePool } from '../../../kernel/db/database.ts'

/** A step that is due, with the lease it is about. */
export interface DueStep {
  readonly id: number
  readonly caseId: string
  readonly system: string
  readonly state: string
  readonly attempts: number
  readonly person: string
  readonly lease: Lease
  readonly applied: boolean
}

/** So long a worker holds a step; one that died gives it back by that. */
const CLAIM_SECONDS = 60

/** Steps whose time has come and that no other worker holds; at most a few of one system, so that one that is down blocks nobody. */
export async function claimSteps(
  pool: StagePool,
  at: Date,
  most: number,
  perSystem: number,
): Promise<readonly DueStep[]> {
  const rows = await pool.query<StepRow>(CLAIM, [at, most, perSystem, CLAIM_SECONDS])
  return rows.map((row) => ({
    id: row.id,
    caseId: row.case_id,
    system: row.system,
    state: row.state,
    attempts: row.attempts,
    person: row.person,
    lease: leaseOf(row),
    applied: row.applied_at !== null,
  }))
}

/** What was made for a grant, as whoever acts knows it. */
export const leaseOf = (row: LeaseRow): Lease => ({
  grant: row.grant_id,
  account: row.account,
  level: row.level,
  until: row.until,
  credential: row.credential,
  external: row.external ?? '',
})

export interface LeaseRow {
  readonly grant_id: string
  readonly account: string
  readonly level: string
  readonly until: Date
  readonly credential: string | null
  readonly external: string | null
}

interface StepRow extends LeaseRow {
  readonly id: number
  readonly case_id: string
  readonly system: string
  readonly state: string
  readonly attempts: number
  readonly person: string
  readonly applied_at: Date | null
}

const CLAIM = `
with due as (
  select s.id, row_number() over (partition by s.system order by s.next_at, s.id) as place
  from access.revocation_step s
  where s.state in ('pending', 'sent', 'acknowledged', 'failed') and s.next_at <= $1
    and (s.claimed_until is null or s.claimed_until < $1)
  order by s.next_at limit 2000),
mine as (
  select s.id from access.revocation_step s where s.id in (select id from due where place <= $3 order by id limit $2)
  for update skip locked),
claimed as (
  update access.revocation_step s set claimed_until = $1::timestamptz + $4 * interval '1 second'
  where s.id in (select id from mine) and (s.claimed_until is null or s.claimed_until < $1)
  returning s.id, s.case_id, s.system, s.state, s.attempts, s.grant_id)
select c.*, g.person, g.account, g.level, g.until, g.external, g.applied_at, r.credential
from claimed c join access."grant" g on g.id = c.grant_id join access.request r on r.id = g.id`
