import type { Transaction } from '../../kernel/db/database.ts'
import type { GrantView, RequestView, StepView } from './contract.ts'

const iso = (at: Date | null): string | null => at?.toISOString() ?? null

interface RequestRow {
  readonly id: string
  readonly requester: string
  readonly receiver: string
  readonly entitlement: string
  readonly system: string
  readonly need: string
  readonly text: string
  readonly approvals: number
  readonly created_at: Date
  readonly expires_at: Date
  readonly state: RequestView['state']
  readonly approved_by: string[] | null
  readonly refused_by: string | null
  readonly note: string | null
}

/** `$1` now, `$2` login or null; the condition is one of ours. */
const REQUESTS = (condition: string): string => `
select r.id, r.requester, r.receiver, r.entitlement, r.system, r.need, r.text, r.approvals, r.created_at, r.expires_at,
  case when g.id is not null then 'approved' when r.withdrawn_at is not null then 'withdrawn'
    when no.person is not null then 'refused' when r.expires_at <= $1 then 'expired' else 'waiting' end as state,
  (select array_agg(v.person order by v.at) from access.review v where v.request_id = r.id and v.verdict = 'approve') as approved_by,
  no.person as refused_by, no.note
from access.request r
left join access."grant" g on g.id = r.id
left join lateral (select person, note from access.review v where v.request_id = r.id and v.verdict = 'refuse' limit 1) no on true
where ${condition} order by r.created_at desc, r.id limit 200`

const CONDITIONS = {
  /** Asked by somebody or for somebody. */
  own: '$2 in (r.requester, r.receiver)',
  /** That somebody else may decide. */
  waiting: `r.expires_at > $1 and r.withdrawn_at is null and g.id is null and no.person is null
    and $2 not in (r.requester, r.receiver)
    and not exists (select from access.review v where v.request_id = r.id and v.person = $2)`,
  one: 'r.id = $2::uuid and $1::timestamptz is not null',
} as const

export async function readRequests(
  tx: Transaction,
  at: Date,
  which: keyof typeof CONDITIONS,
  of: string,
): Promise<RequestView[]> {
  const rows = await tx.query<RequestRow>(REQUESTS(CONDITIONS[which]), [at, of])
  return rows.map((r) => ({
    id: r.id,
    requester: r.requester,
    receiver: r.receiver,
    entitlement: r.entitlement,
    system: r.system,
    need: r.need,
    seconds: Number(/^seconds (\d+)$/m.exec(r.text)?.[1] ?? 0),
    state: r.state,
    createdAt: r.created_at.toISOString(),
    expiresAt: r.expires_at.toISOString(),
    approvals: r.approvals,
    approvedBy: r.approved_by ?? [],
    refusedBy: r.refused_by,
    note: r.note,
    text: r.text,
  }))
}

type GrantRow = Omit<GrantView, 'from' | 'until' | 'appliedAt' | 'endedAt' | 'step'> & {
  readonly from: Date
  readonly until: Date
  readonly applied_at: Date | null
  readonly ended_at: Date | null
  readonly step:
    | (Omit<StepView, `${string}At` | 'deadline' | 'residualUntil'> & Readonly<Record<string, string | null>>)
    | null
}

const GRANTS = `
select g.id, g.person, g.entitlement, g.system, g.kind, g.level, g.account, g.from_at as "from", g.until, g.applied_at,
  g.apply_error as problem, g.external, g.ended_at, g.ended_by as "endedBy", g.end_reason as "endReason",
  (select jsonb_build_object('case', c.id, 'trigger', c.trigger, 'openedBy', c.opened_by, 'openedAt', c.opened_at,
     'deadline', c.deadline, 'state', s.state, 'reason', s.reason, 'residualUntil', s.residual_until, 'attempts', s.attempts,
     'sentAt', s.sent_at, 'acknowledgedAt', s.acknowledged_at, 'verifiedAt', s.verified_at, 'probe', s.proof ->> 'probe')
   from access.revocation_step s join access.revocation_case c on c.id = s.case_id
   where s.grant_id = g.id order by c.opened_at desc limit 1) as step
from access."grant" g
where ($1::text is null or g.person = $1) and ($2::uuid is null or g.id = $2)
  and case $3::text when 'live' then g.ended_at is null when 'ended' then g.ended_at is not null else true end
order by coalesce(g.ended_at, g.from_at) desc, g.id limit $4`

/** @param person - null: of everybody */
export async function readGrants(
  tx: Transaction,
  question: {
    readonly person: string | null
    readonly id?: string
    readonly which: 'live' | 'ended' | 'all'
    readonly limit?: number
  },
): Promise<GrantView[]> {
  const { person, id = null, which, limit = 500 } = question
  const rows = await tx.query<GrantRow>(GRANTS, [person, id, which, limit])
  return rows.map(({ applied_at, ended_at, step, ...g }) => ({
    ...g,
    from: g.from.toISOString(),
    until: g.until.toISOString(),
    appliedAt: iso(applied_at),
    endedAt: iso(ended_at),
    step: step === null ? null : stepOf(step),
  }))
}

/** Times out of jsonb, as the rest writes them. */
function stepOf(step: NonNullable<GrantRow['step']>): StepView {
  const time = (name: string): string | null => {
    const value = step[name]
    return value === null || value === undefined ? null : new Date(value).toISOString()
  }
  return {
    ...(step as unknown as StepView),
    openedAt: time('openedAt') ?? '',
    deadline: time('deadline') ?? '',
    residualUntil: time('residualUntil'),
    sentAt: time('sentAt'),
    acknowledgedAt: time('acknowledgedAt'),
    verifiedAt: time('verifiedAt'),
  }
}
