import { STATEMENT_VALID_MS, statementBodies } from '../kernel/check/statement.ts'
import type { ControlVerdict } from '../kernel/check/verdicts.ts'
import { appendEntry } from '../kernel/ledger/entry.ts'
import { policyDigest } from '../kernel/policy/policy-digest.ts'
import type { House } from './house.ts'

const AGAIN_AFTER_MS = STATEMENT_VALID_MS / 2

/**
 * Lays down what was judged as entries of the log: at once when a state changed, and every half hour, so that a reader
 * sees that somebody is still looking. Public controls are told in `statement`, whose body is published; the others in
 * `states`, of which the log holds a commitment.
 */
export class Statements {
  readonly #house: House
  #told = ''
  #toldAt = Number.NEGATIVE_INFINITY

  constructor(house: House) {
    this.#house = house
  }

  /** @param verdicts - derived just now, and recorded. @returns whether a statement was made */
  async consider(verdicts: readonly ControlVerdict[], at: Date): Promise<boolean> {
    const { policy, demo } = this.#house
    const now = JSON.stringify([policyDigest(policy), verdicts.map((v) => [v.control.id, v.state])])
    if (now === this.#told && at.getTime() - this.#toldAt < AGAIN_AFTER_MS) return false
    await this.#house.database.stage('bf_judge').transaction(async (tx) => {
      const rows = await tx.query<{ control: string; since: Date }>(SINCE)
      const since = new Map(rows.map((r) => [r.control, r.since]))
      const open = verdicts.filter((v) => v.control.public)
      const closed = verdicts.filter((v) => !v.control.public)
      for (const body of statementBodies(policy, open, since, at, demo)) await appendEntry(tx, at, 'statement', body)
      if (closed.length === 0) return
      for (const body of statementBodies(policy, closed, since, at, demo)) await appendEntry(tx, at, 'states', body)
    })
    this.#told = now
    this.#toldAt = at.getTime()
    return true
  }
}

/** A row is also written when only the counts change: the state is as old as the first row after another state. */
const SINCE = `
  select n.control, coalesce(
    (select max(p.valid_to) from finding.control_state p
     where p.control = n.control and p.state <> n.state and p.valid_to <> 'infinity'),
    (select min(p.valid_from) from finding.control_state p where p.control = n.control)) as since
  from finding.control_state n where n.valid_to = 'infinity'`
