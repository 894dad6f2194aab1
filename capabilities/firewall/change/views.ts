import type { Transaction } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { ChangeView, HostView } from '../contract.ts'
import { deskOf, type FirewallDeps, poolOf } from '../desk.ts'
import { rulesById, type SeenRules } from './current-rules.ts'

const REVIEW_DAYS = 365
const DAY_MS = 86_400_000

interface ChangeRow {
  readonly id: string
  readonly host: string
  readonly author: string
  readonly need: string
  readonly base: string
  readonly rules: string
  readonly shown: ChangeView['shown']
  readonly probes: ChangeView['probes']
  readonly text: string
  readonly approvals: number
  readonly confirm_seconds: number
  readonly created_at: Date
  readonly expires_at: Date
  readonly state: ChangeView['state']
  readonly state_at: Date
  readonly verdicts: readonly { readonly person: string; readonly verdict: string; readonly note: string | null }[]
  readonly events: ChangeView['events']
}

/** Changes, the newest first. @param id - one alone */
export async function readChanges(deps: FirewallDeps, me: string, id: string | null = null): Promise<ChangeView[]> {
  const rows = await poolOf(deps).query<ChangeRow>(
    `select c.id, c.host, c.author, c.need, c.base, c.rules, c.shown, c.probes, c.text, c.approvals, c.confirm_seconds, c.created_at,
       c.expires_at, c.state, c.state_at,
       coalesce((select jsonb_agg(jsonb_build_object('person', v.person, 'verdict', v.verdict, 'note', v.note) order by v.at)
         from firewall.verdict v where v.change_id = c.id), '[]') as verdicts,
       coalesce((select jsonb_agg(e.body order by e.id) from firewall.event e where e.change_id = c.id), '[]') as events
     from firewall.change c where $1::uuid is null or c.id = $1 order by c.created_at desc limit 100`,
    [id],
  )
  const now = deps.clock.now().getTime()
  return rows.map((row) => {
    const refusal = row.verdicts.find(({ verdict }) => verdict === 'refuse')
    const approvedBy = row.verdicts.filter(({ verdict }) => verdict === 'approve').map(({ person }) => person)
    const { id: change, host, author, need, base, rules, shown, probes, text, approvals, state, events } = row
    const back = row.state_at.getTime() + row.confirm_seconds * 1000
    return {
      ...{ id: change, host, author, need, base, rules, shown, probes, text, approvals, approvedBy, state, events },
      refusedBy: refusal?.person ?? null,
      note: refusal?.note ?? null,
      confirmSeconds: row.confirm_seconds,
      createdAt: row.created_at.toISOString(),
      expiresAt: row.expires_at.toISOString(),
      stateAt: row.state_at.toISOString(),
      deadline: state === 'applied' ? new Date(back).toISOString() : null,
      mayApprove: state === 'proposed' && author !== me && !approvedBy.includes(me) && row.expires_at.getTime() > now,
    }
  })
}

/** @throws {BergfriedError} `http.not_found` */
export async function readChange(deps: FirewallDeps, me: string, id: string): Promise<ChangeView> {
  const [change] = await readChanges(deps, me, id)
  if (change === undefined) throw new BergfriedError('http.not_found', { what: `change ${id}` })
  return change
}

interface HostRow {
  readonly id: number
  readonly host: string
  readonly first_at: Date
  readonly approved: number | null
  readonly approved_at: Date | null
  readonly reviewed_at: Date | null
}

const meanings = new Map<string, HostView['meaning']>()
const MOST_MEANINGS = 1000

/** Hosts whose firewall is known, with what is in force held against what was approved. */
export async function readHosts(deps: FirewallDeps): Promise<HostView[]> {
  const pool = poolOf(deps)
  const rows = await pool.query<HostRow>(
    `select max(r.id) as id, r.host, min(r.seen_at) as first_at,
       (select c.confirmed_rules from firewall.change c where c.host = r.host and c.state = 'confirmed' order by c.state_at desc limit 1) as approved,
       (select max(c.state_at) from firewall.change c where c.host = r.host and c.state = 'confirmed') as approved_at,
       (select max(v.closed_at) from firewall.review v where v.host = r.host) as reviewed_at
     from firewall.rules r group by r.host order by r.host`,
  )
  return Promise.all(rows.map((row) => hostView(deps, pool, row)))
}

async function hostView(deps: FirewallDeps, tx: Transaction, row: HostRow): Promise<HostView> {
  const [live, approved] = await Promise.all([
    rulesById(tx, row.id),
    row.approved === null ? null : rulesById(tx, row.approved),
  ])
  if (live === null) throw new Error(`rules ${row.id} are gone`)
  const meaning = approved === null ? 'never' : meaningOf(deps, approved, live)
  const due = (row.reviewed_at ?? row.first_at).getTime() + REVIEW_DAYS * DAY_MS
  return {
    host: row.host,
    digest: live.digest,
    seenAt: live.seenAt.toISOString(),
    text: live.text,
    approved: approved?.digest ?? null,
    meaning,
    changedBy: meaning === 'equal' ? null : await lastHand(tx, row.host, live.seenAt, row.approved_at),
    problems: [...deskOf(deps).problemsOf(row.host)],
    reviewedAt: row.reviewed_at?.toISOString() ?? null,
    reviewDue: new Date(due).toISOString(),
  }
}

/** Comparing takes up to seconds: what was compared once is known. */
function meaningOf(deps: FirewallDeps, approved: SeenRules, live: SeenRules): HostView['meaning'] {
  if (approved.digest === live.digest) return 'equal'
  const key = `${approved.digest} ${live.digest}`
  const known = meanings.get(key)
  if (known !== undefined) return known
  const found = deskOf(deps).sameMeaning(approved, live)
  if (meanings.size >= MOST_MEANINGS) meanings.clear()
  meanings.set(key, found)
  return found
}

/** The last change of the rules before they were seen as they are, where the host saw who made it. */
async function lastHand(
  tx: Transaction,
  host: string,
  seenAt: Date,
  since: Date | null,
): Promise<HostView['changedBy']> {
  const [row] = await tx.query<{ process: string; pid: number; uid: number | null; generation: number; at: Date }>(
    `select process, pid, uid, generation, at from firewall.generation
     where host = $1 and at <= $2::timestamptz + interval '2 seconds' and ($3::timestamptz is null or at > $3) order by at desc, id desc limit 1`,
    [host, seenAt, since],
  )
  return row === undefined ? null : { ...row, at: row.at.toISOString() }
}
