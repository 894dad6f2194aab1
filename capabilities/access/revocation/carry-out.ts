import type { Actor, Probe, Remainder } from '../../../kernel/act/actor.ts'
import type { Clock } from '../../../kernel/clock/clock.ts'
import type { StagePool, Transaction } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { Json } from '../../../kernel/ledger/canonical-json.ts'
import { appendEntry } from '../../../kernel/ledger/entry.ts'
import type { DueStep } from './steps.ts'

/** Waits after a failure: doubled each time, at most a minute. For ever: what is not proven gone is not given up. */
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 60_000

export interface Bench {
  readonly pool: StagePool
  readonly clock: Clock
  readonly actorOf: (system: string) => Actor | null
  /** From then on the keeper certifies nothing for a grant, and leaves it out of what it says to hosts. */
  readonly endInKeeper: (grant: string) => Promise<void>
}

/** What was seen after it was taken away. */
interface Proof {
  readonly remainders: readonly Remainder[]
  readonly probe: Probe
}

/**
 * One attempt at one step: take away, look, try. Nobody's word counts: only what is read and tried afterwards makes it
 * `verified-gone`.
 *
 * @returns the state that the step is in now
 */
export async function carryOut(bench: Bench, step: DueStep, signal: AbortSignal): Promise<string> {
  const actor = bench.actorOf(step.system)
  if (actor === null) return cannot(bench, step, 'nobody acts on this system')
  if (!actor.abilities.canRevokeNow) return cannot(bench, step, 'this system cannot take anything back early')
  try {
    await moved(bench, step, 'sent')
    // The system is not kept waiting where the keeper is away; but without it nothing is proven.
    const untold = await bench.endInKeeper(step.lease.grant).then(
      () => null,
      (error: unknown) => error,
    )
    await actor.revoke(step.lease, signal)
    await moved(bench, step, 'acknowledged')
    const proof: Proof = {
      remainders: await actor.look(step.lease, signal),
      probe: actor.abilities.canProve ? await actor.probe(step.lease, signal) : 'cannot',
    }
    if (untold !== null) throw untold
    if (proof.remainders.length === 0 && proof.probe !== 'let_in') return await gone(bench, step, proof)
    const left = proof.remainders.map((r) => `${r.what} ${r.detail}`)
    if (proof.probe === 'let_in') left.unshift('a login was let in')
    return await failed(bench, step, `still there: ${left.join(', ')}`.slice(0, 1000), proof)
  } catch (error) {
    return failed(bench, step, reasonOf(error), null)
  }
}

/** Codes and places, never what a driver says of its own. */
const reasonOf = (error: unknown): string =>
  error instanceof BergfriedError
    ? error.sentence('en').slice(0, 1000)
    : `unexpected: ${(error as Error)?.name ?? 'error'}`

/** Each state once, with its time; a repeated attempt moves nothing back. */
async function moved({ pool, clock }: Bench, step: DueStep, state: 'sent' | 'acknowledged'): Promise<void> {
  await pool.query(
    `update access.revocation_step set state = $2, ${state}_at = coalesce(${state}_at, $3) where id = $1`,
    [step.id, state, clock.now()],
  )
}

async function gone(bench: Bench, step: DueStep, proof: Proof): Promise<string> {
  const at = bench.clock.now()
  await bench.pool.transaction(async (tx) => {
    await tx.query(
      `update access.revocation_step set state = 'verified-gone', verified_at = $2, proof = $3, reason = null,
         attempts = attempts + 1, claimed_until = null where id = $1`,
      [step.id, at, JSON.stringify(proof)],
    )
    await record(tx, at, step, 'verified-gone', { probe: proof.probe })
    await closeIfDone(tx, step.caseId, at)
  })
  return 'verified-gone'
}

async function cannot(bench: Bench, step: DueStep, reason: string): Promise<string> {
  const at = bench.clock.now()
  await bench.pool.transaction(async (tx) => {
    await tx.query(
      `update access.revocation_step set state = 'cannot', reason = $2, residual_until = $3, claimed_until = null where id = $1`,
      [step.id, reason, step.lease.until],
    )
    await record(tx, at, step, 'cannot', { reason, until: step.lease.until.toISOString() })
    await closeIfDone(tx, step.caseId, at)
  })
  return 'cannot'
}

async function failed(bench: Bench, step: DueStep, reason: string, proof: Proof | null): Promise<string> {
  const at = bench.clock.now()
  const wait = Math.min(FIRST_WAIT_MS * 2 ** Math.min(step.attempts, 10), LONGEST_WAIT_MS)
  await bench.pool.transaction(async (tx) => {
    await tx.query(
      `update access.revocation_step set state = 'failed', reason = $2, proof = $3, attempts = attempts + 1, next_at = $4,
         claimed_until = null where id = $1`,
      [step.id, reason, proof === null ? null : JSON.stringify(proof), new Date(at.getTime() + wait)],
    )
    // The first failure is told; a system that is down for a day would tell a thousand times.
    if (step.attempts === 0) await record(tx, at, step, 'failed', {})
  })
  return 'failed'
}

const record = (tx: Transaction, at: Date, step: DueStep, state: string, more: Readonly<Record<string, string>>) =>
  appendEntry(tx, at, 'revocation', {
    case: step.caseId,
    grant: step.lease.grant,
    system: step.system,
    state,
    ...more,
  } as Json)

const closeIfDone = (tx: Transaction, id: string, at: Date) =>
  tx.query(
    `update access.revocation_case set closed_at = $2 where id = $1 and closed_at is null and not exists (
       select from access.revocation_step where case_id = $1 and state not in ('verified-gone', 'cannot'))`,
    [id, at],
  )
