import { setTimeout as sleep } from 'node:timers/promises'
import type { AccessDesk } from '../../../kernel/act/access-desk.ts'
import type { Database } from '../../../kernel/db/database.ts'
import { applyDue } from '../grant/apply.ts'
import { endOverdue } from '../grant/overdue.ts'
import { endUnwanted } from '../grant/unwanted.ts'
import { type Bench, carryOut } from './carry-out.ts'
import { tellLate } from './late.ts'
import { claimSteps } from './steps.ts'

/** Attempts at once: enough that many systems that are down do not hold up those that are up. */
const AT_ONCE = 64
const PER_SYSTEM = 4
/** How often somebody looks though nobody called. */
const PAUSE_MS = 500
/** Longest attempt. */
const ATTEMPT_MS = 30_000

export interface WorkerInput extends Bench {
  readonly database: Database
  readonly desk: Pick<AccessDesk, 'serviceLevelSeconds'>
  readonly onProblem: (where: string, error: unknown) => void
  /** Told of each step that moved. */
  readonly onMoved: (change: { readonly grant: string; readonly person: string; readonly state: string }) => void
}

/** Makes what was granted, and takes away what has ended: by itself, in lanes of its own, for as long as it takes. */
export class AccessWorker {
  readonly #input: WorkerInput
  readonly #stopping = new AbortController()
  readonly #running = new Set<Promise<void>>()
  #called = Promise.withResolvers<void>()
  #loop: Promise<void> = Promise.resolve()

  constructor(input: WorkerInput) {
    this.#input = input
  }

  start(): void {
    this.#loop = this.#run()
  }

  /** There is something to do. */
  wake(): void {
    this.#called.resolve()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.wake()
    await this.#loop
    await Promise.allSettled(this.#running)
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      this.#called = Promise.withResolvers()
      const busy = await this.#round().catch((error: unknown) => {
        this.#input.onProblem('access', error)
        return false
      })
      if (busy) continue
      await Promise.race([this.#called.promise, sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined)])
    }
  }

  /** @returns whether there may be more to do at once */
  async #round(): Promise<boolean> {
    const { pool, clock, desk } = this.#input
    const at = clock.now()
    // One that fails keeps none of the others from being done.
    for (const work of [
      () => endOverdue(pool, at, desk.serviceLevelSeconds),
      () => endUnwanted(this.#input.database, at, desk.serviceLevelSeconds),
      () => applyDue(this.#input, at, this.#stopping.signal),
      () => tellLate(this.#input, at),
    ]) {
      await work().catch((error: unknown) => this.#input.onProblem('access', error))
    }
    const free = AT_ONCE - this.#running.size
    if (free <= 0) return false
    const steps = await claimSteps(pool, at, free, PER_SYSTEM)
    for (const step of steps) {
      const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(ATTEMPT_MS)])
      const work = carryOut(this.#input, step, signal)
        .then((state) => this.#input.onMoved({ grant: step.lease.grant, person: step.person, state }))
        .catch((error: unknown) => this.#input.onProblem('revocation', error))
        .finally(() => {
          this.#running.delete(work)
          this.wake()
        })
      this.#running.add(work)
    }
    return false
  }
}
