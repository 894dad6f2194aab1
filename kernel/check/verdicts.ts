import { instantAfter } from '../clock/duration.ts'
import type { StagePool } from '../db/database.ts'
import type { Control, Policy } from '../policy/policy-schema.ts'
import { attestationStates } from './attestations.ts'
import type { Check } from './check.ts'
import {
  type AttestationState,
  addCounts,
  type Counts,
  checkState,
  controlState,
  NO_COUNTS,
  STATES,
  type State,
} from './roll-up.ts'
import { type Tallied, tallyChecks } from './tally.ts'

export interface CheckVerdict {
  readonly check: Check
  /** Null where no system of the check's kind is registered. */
  readonly state: State | null
  readonly tally: Tallied
}

/** A control's state now, with what it rests on. */
export interface ControlVerdict {
  readonly control: Control
  readonly state: State
  readonly counts: Counts
  /** Rows of all its checks: the population the sentence speaks of. */
  readonly population: number
  readonly measuredAt: Date | null
  readonly checks: readonly CheckVerdict[]
  readonly attestations: readonly AttestationState[]
}

export interface VerdictQuestion {
  readonly policy: Policy
  readonly checks: ReadonlyMap<string, Check>
  readonly systems: readonly number[] | null
  readonly at: Date
  /** False: as it stood at `at`, from the store. */
  readonly current: boolean
}

/** Verdicts of all controls of a policy, in its order. Derived anew from rows, heartbeats, exceptions, attestations. */
export async function controlVerdicts(pool: StagePool, question: VerdictQuestion): Promise<readonly ControlVerdict[]> {
  const bound = [...new Set(question.policy.controls.flatMap((c) => c.checks))]
  const checks = bound.map((id) => question.checks.get(id)).filter((c) => c !== undefined)
  const tallies = await tallyChecks(pool, { ...question, checks })
  const attested = await attestationStates(pool, question.policy, question.at)
  return question.policy.controls.map((control) =>
    controlVerdict(control, question.checks, tallies, attested.get(control.id) ?? [], question.at),
  )
}

/** The verdict on one control, from the counts of its checks. A control may ask for fresher facts than its checks do. */
export function controlVerdict(
  control: Control,
  checks: ReadonlyMap<string, Check>,
  tallies: ReadonlyMap<string, Tallied>,
  attestations: readonly AttestationState[],
  at: Date,
): ControlVerdict {
  const own: CheckVerdict[] = control.checks.flatMap((id) => {
    const check = checks.get(id)
    const tally = tallies.get(id)
    return check === undefined || tally === undefined ? [] : [{ check, tally, state: checkState(tally) }]
  })
  const measured = own.map((c) => c.tally.measuredAt).filter((time) => time !== null)
  const measuredAt = measured.length === 0 ? null : new Date(Math.min(...measured.map((time) => time.getTime())))
  const counts = own.reduce((sum, c) => addCounts(sum, c.tally.counts), NO_COUNTS)
  const state = controlState(
    own.map((c) => c.tally),
    attestations,
  )
  const late = measuredAt !== null && instantAfter(measuredAt, control.freshness) < at
  return {
    control,
    state: late && STATES.indexOf(state) > STATES.indexOf('stale') ? 'stale' : state,
    counts,
    population: Object.values(counts).reduce((a, b) => a + b, 0),
    measuredAt,
    checks: own,
    attestations,
  }
}

/**
 * Writes the states that changed since they were last written: the history of each control. Callers pass the verdicts
 * that they just derived; a state cannot be written that was not.
 */
export async function recordStates(judge: StagePool, verdicts: readonly ControlVerdict[], at: Date): Promise<number> {
  const now = verdicts.map((v) => ({ control: v.control.id, state: v.state, counts: v.counts }))
  return judge.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock(7403)')
    const changed = await tx.query<{ control: string; state: string; counts: Counts }>(
      `select n.control, n.state, n.counts from jsonb_to_recordset($1::jsonb) as n(control text, state text, counts jsonb)
       left join finding.control_state s on s.control = n.control and s.valid_to = 'infinity'
       where s.id is null or s.state <> n.state or s.counts <> n.counts`,
      [JSON.stringify(now)],
    )
    if (changed.length === 0) return 0
    await tx.query('select finding.close_states($1, $2)', [changed.map((c) => c.control), at])
    await tx.query(
      `insert into finding.control_state (control, state, counts, valid_from)
       select n.control, n.state, n.counts, $2 from jsonb_to_recordset($1::jsonb) as n(control text, state text, counts jsonb)`,
      [JSON.stringify(changed), at],
    )
    return changed.length
  })
}
