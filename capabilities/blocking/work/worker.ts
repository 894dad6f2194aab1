import type { BlockingDesk } from '../../../kernel/act/blocking-desk.ts'
import type { KernelBlocks } from '../../../kernel/act/blocks.ts'
import type { Clock } from '../../../kernel/clock/clock.ts'
import type { GiveFacts } from '../../../kernel/collect/product-facts.ts'
import type { BlockingConfig } from '../../../kernel/config/blocking-config.ts'
import type { StagePool } from '../../../kernel/db/database.ts'
import { type Network, networkOf } from '../decide/network.ts'
import { endBans, liveBans } from '../store.ts'
import { type Reconciled, reconcile } from './reconcile.ts'

const EVERY_MS = 10_000
const TELL_EVERY_MS = 240_000

export interface BlockingInput {
  readonly pool: StagePool
  readonly clock: Clock
  readonly config: BlockingConfig
  readonly kernel: KernelBlocks
  /** Whom this machine must never keep out; what could not be asked is told. */
  readonly own: () => Promise<{ readonly addresses: readonly string[]; readonly unread: readonly string[] }>
  /** Addresses of people who are signed in here. */
  readonly present: () => Promise<readonly string[]>
  readonly give: GiveFacts
  readonly onProblem: (where: string, error: unknown) => void
  readonly onMoved: () => void
}

export interface RunningBlocking extends BlockingDesk {
  stop(): Promise<void>
}

/** Keeps kernel and ledger the same, every ten seconds and when called. */
export function startBlocking(input: BlockingInput): RunningBlocking {
  const { pool, clock, config, kernel, give, onProblem } = input
  let never: readonly Network[] = config.never.flatMap((text) => networkOf(text) ?? [])
  let state: BlockingDesk['state'] = { decided: 0, enforced: null, problem: null, lookedAt: null, refused: null }
  let told = { at: Number.NEGATIVE_INFINITY, text: '' }
  let stopped = false

  const look = async (): Promise<void> => {
    const now = clock.now()
    const { addresses } = await input.own()
    never = [...config.never, ...addresses, ...(await input.present())].flatMap((text) => networkOf(text) ?? [])
    if (config.mode === 'armed') {
      const done: Reconciled = await reconcile(pool, kernel, never, now)
      if (done.foreign > 0) onProblem('blocking', new Error(`${done.foreign} foreign elements were in our sets`))
      state = { decided: done.decided, enforced: done.enforced, problem: null, lookedAt: now, refused: done.refused }
    } else {
      await stand(now)
      state = {
        decided: (await liveBans(pool, false)).length,
        enforced: null,
        problem: null,
        lookedAt: now,
        refused: null,
      }
    }
  }
  /** Out of force: what was armed ends, and the kernel keeps nobody out for us. */
  const stand = async (now: Date): Promise<void> => {
    const due = await pool.query<{ id: string }>('select id from blocking.ban where ended_at is null and until <= $1', [
      now,
    ])
    await pool.transaction((tx) =>
      endBans(
        tx,
        now,
        due.map(({ id }) => id),
        'time',
      ),
    )
    const armed = await liveBans(pool, true)
    if (armed.length > 0)
      await pool.transaction((tx) =>
        endBans(
          tx,
          now,
          armed.map(({ id }) => id),
          'mode',
        ),
      )
    if ((await kernel.list().catch(() => null)) !== null) await kernel.clear()
  }
  const tell = async (): Promise<void> => {
    const { decided, enforced, problem } = state
    const row = { mode: config.mode, decided, enforced, problem }
    const text = JSON.stringify(row)
    const now = clock.now().getTime()
    if (text === told.text && now - told.at < TELL_EVERY_MS) return
    told = { at: now, text }
    await give(new Map([['blocking_state' as const, [row]]]))
    input.onMoved()
  }
  let line: Promise<void> = Promise.resolve()
  const wake = (): Promise<void> => {
    line = line.then(async () => {
      if (stopped) return
      await look().catch((error: unknown) => {
        const code = (error as { code?: string }).code ?? 'defect'
        state = { ...state, enforced: null, problem: code, lookedAt: clock.now() }
        onProblem('blocking', error)
      })
      await tell().catch((error: unknown) => onProblem('blocking', error))
    })
    return line
  }
  const timer = setInterval(() => void wake(), EVERY_MS)
  timer.unref()
  void wake()
  return {
    config,
    get state() {
      return state
    },
    never: () => never,
    wake,
    stop: async () => {
      stopped = true
      clearInterval(timer)
      await line
    },
  }
}
