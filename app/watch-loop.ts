import type { FactKind } from '../facts/kinds.ts'
import { judge } from '../kernel/check/judge.ts'
import type { ControlVerdict } from '../kernel/check/verdicts.ts'
import type { Connector } from '../kernel/collect/connector.ts'
import { rollUp } from './cycle.ts'
import type { House } from './house.ts'
import { Dirty } from './judging.ts'
import { type CollectedEvent, collectionsOf, collectOnce, type Watched } from './watch.ts'

export interface WatchEvents {
  readonly onDefect: (where: string, error: unknown) => void
  /** After a judgement that changed something. */
  readonly onJudged: (opened: number, closed: number) => void
  /** After every judgement: what was derived and recorded. */
  readonly onVerdicts: (verdicts: readonly ControlVerdict[]) => Promise<void>
  readonly onCollecting?: (system: Watched) => void
  readonly onCollected?: (event: CollectedEvent) => void
}

const TICK_MS = 1000
const JUDGE_TIME_EVERY_MS = 60_000
const AT_ONCE = 4

/**
 * Keeps collecting and judging until stopped. Each group of connectors of each system runs at its own rhythm, spread
 * over time so that a fleet does not beat in step; what changed is judged at once, what depends on the clock every minute.
 *
 * Nothing here is kept in memory alone: after a kill the next start judges everything anew.
 */
export class Watch {
  readonly #house: House
  readonly #events: WatchEvents
  readonly #dirty: Dirty
  readonly #jobs: Job[]
  readonly #stop = new AbortController()
  #running = 0
  #judging: Promise<void> | null = null
  #lastTimeJudgement = 0
  #timer: NodeJS.Timeout | null = null

  constructor(house: House, events: WatchEvents, alreadyCollected: boolean) {
    this.#house = house
    this.#events = events
    this.#dirty = new Dirty([...house.checks.values()])
    const now = house.clock.now().getTime()
    this.#lastTimeJudgement = now
    this.#jobs = house.watched.flatMap((system) =>
      collectionsOf(house.connectors, system.kind).map((connectors, i) => {
        const everyMs = Math.min(...connectors.map((c) => MILLISECONDS[c.every]))
        const slow = connectors.some((c) => c.slow === true)
        const first = alreadyCollected && !slow ? now + spread(system.id, i, everyMs) : now
        return { system, connectors, everyMs, dueAt: first, busy: false }
      }),
    )
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), TICK_MS)
  }

  /** Lets running work finish or break off, and ends. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#stop.abort(new Error('stopping'))
    await this.#judging?.catch(() => undefined)
  }

  /** Collects systems now, out of turn. */
  collectNow(system: { readonly id: number }): void {
    for (const job of this.#jobs) if (job.system.id === system.id) job.dueAt = 0
  }

  /** Marks kinds of a system as changed by somebody else, for example an import into the register. */
  changed(system: { id: number; name: string; kind: Watched['kind'] }, kinds: readonly FactKind[]): void {
    if (kinds.length === 0) return
    this.#dirty.changed(system, kinds, this.#house.systems)
    this.#judgeSoon('collection')
  }

  #tick(): void {
    const now = this.#house.clock.now().getTime()
    for (const job of this.#jobs) {
      if (job.busy || job.dueAt > now || this.#running >= AT_ONCE) continue
      job.busy = true
      job.dueAt = now + job.everyMs
      this.#running += 1
      void this.#collect(job).finally(() => {
        job.busy = false
        this.#running -= 1
      })
    }
    if (now - this.#lastTimeJudgement >= JUDGE_TIME_EVERY_MS) {
      this.#lastTimeJudgement = now
      this.#dirty.ticked(this.#house.systems)
      this.#judgeSoon('time')
    }
  }

  async #collect(job: Job): Promise<void> {
    try {
      this.#events.onCollecting?.(job.system)
      const collected = await collectOnce(
        this.#house.database.stage('bf_collect'),
        this.#house.clock,
        job.system,
        job.connectors,
        { signal: this.#stop.signal, onDefect: this.#events.onDefect },
      )
      this.#events.onCollected?.(collected)
      const { changed } = collected
      if (changed.length === 0) return
      this.#dirty.changed(job.system, changed, this.#house.systems)
      this.#judgeSoon('collection')
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#events.onDefect(job.system.name, error)
    }
  }

  #judgeSoon(cause: string): void {
    if (this.#judging !== null || this.#stop.signal.aborted) return
    this.#judging = this.#judge(cause)
      .catch((error: unknown) => this.#events.onDefect('judge', error))
      .finally(() => {
        this.#judging = null
        if (!this.#dirty.empty) this.#judgeSoon('collection')
      })
  }

  async #judge(cause: string): Promise<void> {
    const result = await judge(this.#house.database.stage('bf_judge'), this.#house.clock, this.#dirty.take(), cause)
    await this.#events.onVerdicts(await rollUp(this.#house))
    if (result.opened + result.closed > 0) this.#events.onJudged(result.opened, result.closed)
  }
}

interface Job {
  readonly system: Watched
  readonly connectors: readonly Connector[]
  readonly everyMs: number
  dueAt: number
  busy: boolean
}

const MILLISECONDS: Record<Connector['every'], number> = {
  PT1M: 60_000,
  PT5M: 300_000,
  PT15M: 900_000,
  PT1H: 3_600_000,
  PT6H: 21_600_000,
}

/** A fixed place in the period per system and group: no two start-ups differ, and no fleet collects at one instant. */
const spread = (system: number, group: number, everyMs: number): number =>
  ((system * 7919 + group * 104_729) * 1009) % everyMs
