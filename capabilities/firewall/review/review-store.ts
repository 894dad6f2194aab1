import { createHash, randomUUID } from 'node:crypto'
import type { Transaction } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { verifyOwnSignature } from '../../access/contract-caller.ts'
import { currentRules } from '../change/current-rules.ts'
import type { ReviewedRule, ReviewView } from '../contract-review.ts'
import { type FirewallDeps, poolOf } from '../desk.ts'
import { readRules } from '../difference/rule-set-difference.ts'
import { recordFirewall } from '../evidence/record.ts'
import { findRules } from './find.ts'
import { notesOf } from './notes.ts'
import { listedRules } from './rule-identity.ts'

interface Row {
  readonly id: string
  readonly host: string
  readonly digest: string
  readonly opened_by: string
  readonly opened_at: Date
  readonly found: ReviewedRule[]
  readonly closed_by: string | null
  readonly closed_at: Date | null
  readonly text: string | null
  readonly decisions: ReviewView['decisions']
}

const READ = `select v.id, v.host, r.digest, v.opened_by, v.opened_at, v.found, v.closed_by, v.closed_at, v.text,
    coalesce((select jsonb_agg(jsonb_build_object('rule', d.rule, 'decision', d.decision, 'reason', d.reason, 'by', d.by,
        'at', to_char(d.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by d.rule)
      from (select distinct on (rule) * from firewall.decision where review_id = v.id order by rule, id desc) d), '[]') as decisions
  from firewall.review v join firewall.rules r on r.id = v.rules_id`

/**
 * Begins a review of the rules in force on a host, or goes on with the one that is open.
 *
 * @throws {BergfriedError} `firewall.unknown_host`
 */
export async function openReview(deps: FirewallDeps, host: string, person: string): Promise<ReviewView> {
  const at = deps.clock.now()
  const pool = poolOf(deps)
  const [open] = await pool.query<Row>(
    `${READ} where v.host = $1 and v.closed_at is null order by v.opened_at desc limit 1`,
    [host],
  )
  const live = await currentRules(pool, host)
  // Other rules by now are another review.
  if (open !== undefined && open.digest === live.digest) return viewOf(open)
  const windows = await pool.query<{ rule: string; since: Date; until: Date; packets: number }>(
    'select rule, since, until, packets from firewall.counted where host = $1',
    [host],
  )
  const counted = new Map(windows.map(({ rule, ...window }) => [rule, window]))
  const found = findRules(readRules(live), listedRules(live.json, live.text), counted, await notesOf(pool, host), at)
  const id = randomUUID()
  await pool.transaction(async (tx) => {
    await tx.query(
      'insert into firewall.review (id, host, rules_id, opened_by, opened_at, found) values ($1, $2, $3, $4, $5, $6)',
      [id, host, live.id, person, at, JSON.stringify(found)],
    )
    await recordFirewall(tx, at, 'review_opened', person, {
      review: id,
      host,
      digest: live.digest,
      rules: found.length,
    })
  })
  return readReview(pool, id)
}

/** @throws {BergfriedError} `http.not_found` */
export async function readReview(tx: Transaction, id: string): Promise<ReviewView> {
  const [row] = await tx.query<Row>(`${READ} where v.id = $1`, [id])
  if (row === undefined) throw new BergfriedError('http.not_found', { what: `review ${id}` })
  return viewOf(row)
}

/** @throws {BergfriedError} `http.not_found`, `firewall.not_now` it is signed */
export async function decideRule(
  deps: FirewallDeps,
  person: string,
  { id, rule, decision, reason }: { id: string; rule: string; decision: 'keep' | 'narrow' | 'remove'; reason: string },
): Promise<ReviewView> {
  const pool = poolOf(deps)
  const review = await readReview(pool, id)
  if (review.closedAt !== null) throw new BergfriedError('firewall.not_now', { state: 'signed' })
  if (!review.rules.some((one) => one.rule === rule))
    throw new BergfriedError('http.not_found', { what: `rule ${rule}` })
  await pool.query(
    'insert into firewall.decision (review_id, rule, decision, reason, by, at) values ($1, $2, $3, $4, $5, $6)',
    [id, rule, decision, reason, person, deps.clock.now()],
  )
  return readReview(pool, id)
}

/**
 * Ends a review with the reviewer's signature over all decisions.
 *
 * @throws {BergfriedError} `firewall.undecided`, `firewall.not_now`, `access.signature`
 */
export async function signReview(deps: FirewallDeps, person: string, id: string, ssh: string): Promise<ReviewView> {
  const at = deps.clock.now()
  const pool = poolOf(deps)
  const review = await readReview(pool, id)
  if (review.closedAt !== null) throw new BergfriedError('firewall.not_now', { state: 'signed' })
  if (review.text === null) {
    throw new BergfriedError('firewall.undecided', { count: review.rules.length - review.decisions.length })
  }
  await verifyOwnSignature(deps.database, person, review.text, ssh)
  await pool.transaction(async (tx) => {
    const fresh = await tx.query(
      `update firewall.review set closed_by = $2, closed_at = $3, text = $4, approval = $5 where id = $1 and closed_at is null returning 1`,
      [id, person, at, review.text, JSON.stringify({ person, ssh })],
    )
    if (fresh.length === 0) throw new BergfriedError('firewall.not_now', { state: 'signed' })
    const { host, digest } = review
    await recordFirewall(tx, at, 'reviewed', person, { review: id, host, digest, ...countsOf(review) })
  })
  return readReview(pool, id)
}

export function countsOf({ decisions }: Pick<ReviewView, 'decisions'>) {
  const of = (name: string): number => decisions.filter(({ decision }) => decision === name).length
  return { keep: of('keep'), narrow: of('narrow'), remove: of('remove') }
}

function viewOf(row: Row): ReviewView {
  const { id, host, digest, found, decisions } = row
  const view = {
    ...{ id, host, digest, decisions, rules: found, openedBy: row.opened_by, closedBy: row.closed_by },
    openedAt: row.opened_at.toISOString(),
    closedAt: row.closed_at?.toISOString() ?? null,
  }
  const whole = found.every(({ rule }) => decisions.some((one) => one.rule === rule))
  return { ...view, text: row.text ?? (whole ? reviewText(view) : null) }
}

/** What the reviewer signs: every decision, by digest. */
function reviewText(review: Omit<ReviewView, 'text'>): string {
  const { keep, narrow, remove } = countsOf(review)
  const decided = createHash('sha256').update(JSON.stringify(review.decisions)).digest('hex')
  return [
    'bergfried-firewall-review 1',
    `id ${review.id}`,
    `host ${review.host}`,
    `rules ${review.digest}`,
    `decisions ${decided}`,
    `keep ${keep}`,
    `narrow ${narrow}`,
    `remove ${remove}`,
    '',
  ].join('\n')
}
