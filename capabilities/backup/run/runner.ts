import type { BackupDesk } from '../../../kernel/act/backup-desk.ts'
import type { GiveFacts } from '../../../kernel/collect/product-facts.ts'
import type { BackupPlan } from '../../../kernel/config/backup-config.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { factsOf } from '../facts.ts'
import { nextAt } from '../retention.ts'
import { newestDrills, newestRuns } from '../store.ts'
import type { BackupBench } from '../work.ts'
import { backUp } from './back-up.ts'
import { holdDrill } from './hold-drill.ts'

const LOOK_EVERY_MS = 30_000
const TELL_EVERY_MS = 240_000

export interface RunnerInput {
  readonly bench: BackupBench
  readonly plans: readonly BackupPlan[]
  readonly give: GiveFacts
  readonly onProblem: (where: string, error: unknown) => void
  readonly onProgress: (
    plan: BackupPlan,
    what: 'backup' | 'drill',
    done: number,
    total: number | null,
    ended: boolean,
  ) => void
}

export interface RunningBackups extends BackupDesk {
  stop(): Promise<void>
}

/** Takes backups and holds drills when they are due, one at a time: they are heavy, and nothing waits for them. */
export function startBackups(input: RunnerInput): RunningBackups {
  const { bench, plans, give, onProblem, onProgress } = input
  const stopping = new AbortController()
  const busy = new Set<string>()
  let line: Promise<void> = Promise.resolve()
  let toldAt = Number.NEGATIVE_INFINITY

  const tell = async (): Promise<void> => {
    toldAt = bench.clock.now().getTime()
    await give(await factsOf(bench.pool, plans))
  }
  const begin = (plan: BackupPlan, what: 'backup' | 'drill'): void => {
    const key = `${what} ${plan.name}`
    if (busy.has(key)) throw new BergfriedError('backup.busy', { backup: plan.name })
    busy.add(key)
    line = line.then(async () => {
      const told = (done: number, total: number | null): void => onProgress(plan, what, done, total, false)
      try {
        if (stopping.signal.aborted) return
        told(0, null)
        await (what === 'backup' ? backUp : holdDrill)(bench, plan, stopping.signal, throttled(bench, told))
      } catch (error) {
        if (!stopping.signal.aborted) onProblem(key, error)
      } finally {
        busy.delete(key)
        onProgress(plan, what, 1, 1, true)
        if (!stopping.signal.aborted) await tell().catch((error: unknown) => onProblem('backup', error))
      }
    })
  }
  const look = async (): Promise<void> => {
    const now = bench.clock.now()
    if (now.getTime() - toldAt >= TELL_EVERY_MS) await tell()
    const [runs, drills] = await Promise.all([newestRuns(bench.pool), newestDrills(bench.pool)])
    for (const plan of plans) {
      const run = runs.find(({ backup }) => backup === plan.name) ?? null
      if (isDue(run, plan.everySeconds, now) && !busy.has(`backup ${plan.name}`)) begin(plan, 'backup')
      const drill = drills.find(({ backup }) => backup === plan.name) ?? null
      // The first drill waits for the first backup.
      const ready = plan.drill !== null && run !== null && run.problem === null
      if (ready && isDue(drill, plan.drill.everySeconds, now) && !busy.has(`drill ${plan.name}`)) begin(plan, 'drill')
    }
  }
  let looking: Promise<void> = Promise.resolve()
  const tick = (): void => {
    looking = looking.then(look).catch((error: unknown) => onProblem('backup', error))
  }
  const timer = setInterval(tick, LOOK_EVERY_MS)
  timer.unref()
  tick()
  const planOf = (name: string): BackupPlan => {
    const plan = plans.find((p) => p.name === name)
    if (plan === undefined) throw new BergfriedError('backup.unknown', { what: `“${name.slice(0, 63)}”` })
    return plan
  }
  return {
    plans,
    running: (name) => busy.has(`backup ${name}`) || busy.has(`drill ${name}`),
    backUpNow: (name) => begin(planOf(name), 'backup'),
    drillNow: (name) => begin(planOf(name), 'drill'),
    stop: async () => {
      clearInterval(timer)
      stopping.abort(new Error('stopping'))
      await looking
      await line
    },
  }
}

const isDue = (
  last: { readonly beganAt: Date; readonly problem: string | null } | null,
  every: number,
  now: Date,
): boolean => (nextAt(last, every) ?? now).getTime() <= now.getTime()

/** Tells at most four times a second. */
function throttled({ clock }: BackupBench, tell: (done: number, total: number) => void) {
  let last = 0
  return (done: number, total: number): void => {
    const now = clock.now().getTime()
    if (now - last < 250) return
    last = now
    tell(done, total)
  }
}
