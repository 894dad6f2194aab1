/** State of a control or a check, worst first. Every one is shown as what it is, on the public page too. */
export const STATES = ['alarm', 'error', 'stale', 'unmeasured', 'excepted', 'attested', 'info', 'skip', 'ok'] as const
export type State = (typeof STATES)[number]

/** How many rows of a check stand where. `stale` counts rows whose facts are too old, whatever they said. */
export interface Counts {
  readonly ok: number
  readonly alarm: number
  readonly error: number
  readonly stale: number
  readonly info: number
  readonly skip: number
  readonly excepted: number
}

export const NO_COUNTS: Counts = { ok: 0, alarm: 0, error: 0, stale: 0, info: 0, skip: 0, excepted: 0 }

/** What is known of one check over the systems asked about. */
export interface CheckTally {
  readonly counts: Counts
  /** Systems of the check's kind that are registered. */
  readonly systems: number
  /** Of those, the ones with a verdict. Fewer than `systems` is never ok. */
  readonly judged: number
}

/** An attestation that a control asks for. */
export interface AttestationState {
  readonly id: string
  readonly standing: 'valid' | 'expired' | 'missing'
}

/** Numbers of two tallies together. */
export function addCounts(a: Counts, b: Counts): Counts {
  return {
    ok: a.ok + b.ok,
    alarm: a.alarm + b.alarm,
    error: a.error + b.error,
    stale: a.stale + b.stale,
    info: a.info + b.info,
    skip: a.skip + b.skip,
    excepted: a.excepted + b.excepted,
  }
}

/**
 * State of one check: worst first; an empty scope is never ok, nor is one that is not covered in full.
 *
 * `null` where no system of its kind is registered: the check says nothing about anything.
 */
export function checkState(tally: CheckTally): State | null {
  if (tally.systems === 0) return null
  const { counts } = tally
  if (counts.alarm > 0) return 'alarm'
  if (counts.error > 0) return 'error'
  if (counts.stale > 0 || tally.judged < tally.systems) return 'stale'
  if (counts.excepted > 0) return 'excepted'
  if (counts.ok > 0) return 'ok'
  return counts.info > 0 ? 'info' : 'skip'
}

/**
 * State of a control from its checks and attestations.
 *
 * Worst first over what was measured. A missing attestation leaves the control unmeasured and an expired one stale,
 * unless something worse was measured. Only attestations: attested, never ok. A check that does not apply (skip, info)
 * neither helps nor harms one that does; alone it does not make the control ok.
 */
export function controlState(checks: readonly CheckTally[], attestations: readonly AttestationState[]): State {
  const states = new Set(checks.map(checkState).filter((state) => state !== null))
  const measured = states.size > 0
  if (attestations.some((a) => a.standing === 'expired')) states.add('stale')
  if (attestations.some((a) => a.standing === 'missing')) states.add('unmeasured')
  for (const state of ['alarm', 'error', 'stale', 'unmeasured', 'excepted'] as const)
    if (states.has(state)) return state
  if (!measured) return attestations.length > 0 ? 'attested' : 'unmeasured'
  // A machine saw a part and a person vouches for the rest: the weaker word stands.
  if (attestations.length > 0 && states.has('ok')) return 'attested'
  if (states.has('ok')) return 'ok'
  if (attestations.length > 0) return 'attested'
  return states.has('info') ? 'info' : 'skip'
}
