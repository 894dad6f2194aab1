import { judge } from '../kernel/check/judge.ts'
import { type ControlVerdict, controlVerdicts, recordStates } from '../kernel/check/verdicts.ts'
import type { House } from './house.ts'
import { Dirty } from './judging.ts'
import { type CollectedEvent, collectionsOf, collectOnce, type Watched } from './watch.ts'

export interface CycleOptions {
  /** Systems to look at; default all. */
  readonly systems?: readonly Watched[]
  readonly withSlow: boolean
  readonly signal?: AbortSignal
  readonly onCollected?: (event: CollectedEvent) => void
  readonly onDefect?: (connector: string, error: unknown) => void
}

/** How many systems are read at the same time. */
const AT_ONCE = 4

/** Collects systems once, the slow collections too if asked, and tells what changed. */
export async function collectAll(house: House, options: CycleOptions): Promise<readonly CollectedEvent[]> {
  const jobs = (options.systems ?? house.watched).flatMap((system) =>
    collectionsOf(house.connectors, system.kind)
      .filter((group) => options.withSlow || group.every((c) => c.slow !== true))
      .map((connectors) => ({ system, connectors })),
  )
  const events: CollectedEvent[] = []
  let next = 0
  const worker = async () => {
    for (let job = jobs[next++]; job !== undefined; job = jobs[next++]) {
      options.signal?.throwIfAborted()
      const event = await collectOnce(house.database.stage('bf_collect'), house.clock, job.system, job.connectors, {
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        ...(options.onDefect === undefined ? {} : { onDefect: options.onDefect }),
      })
      events.push(event)
      options.onCollected?.(event)
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, jobs.length) }, worker))
  return events
}

/** Judges every check over every registered system. */
export async function judgeAll(house: House, cause: string) {
  const dirty = new Dirty([...house.checks.values()])
  dirty.everything(house.systems)
  return judge(house.database.stage('bf_judge'), house.clock, dirty.take(), cause)
}

/** Derives the state of every control and records what changed. */
export async function rollUp(house: House): Promise<readonly ControlVerdict[]> {
  const pool = house.database.stage('bf_judge')
  const at = house.clock.now()
  const { policy, checks } = house
  const verdicts = await controlVerdicts(pool, { policy, checks, systems: null, at, current: true })
  await recordStates(pool, verdicts, at)
  return verdicts
}
