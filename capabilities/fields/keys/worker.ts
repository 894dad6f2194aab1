import { setTimeout as sleep } from 'node:timers/promises'
import type { KeysDesk } from '../../../kernel/act/keys-desk.ts'
import type { Clock } from '../../../kernel/clock/clock.ts'
import type { GiveFacts } from '../../../kernel/collect/product-facts.ts'
import type { Database } from '../../../kernel/db/database.ts'
import { unwantedAmong } from '../../access/contract-unwanted.ts'
import { collectUses } from './collect-uses.ts'
import { keyFacts } from './facts.ts'
import { revokeGrant } from './keys.ts'

const PAUSE_MS = 500
/** Facts that nobody tells again become stale. */
const TELL_MS = 120_000

export interface KeysWorkerInput {
  readonly database: Database
  readonly clock: Clock
  readonly keys: KeysDesk
  readonly give: GiveFacts
  readonly onProblem: (where: string, error: unknown) => void
}

/** Ends grants of those who left or are locked, fetches what the keeper counted, and tells the checks. */
export class KeysWorker {
  readonly #input: KeysWorkerInput
  readonly #stopping = new AbortController()
  #called = Promise.withResolvers<void>()
  #loop: Promise<void> = Promise.resolve()
  #toldAt = Number.NEGATIVE_INFINITY
  #silent = false

  constructor(input: KeysWorkerInput) {
    this.#input = input
  }

  start(): void {
    this.#loop = this.#run()
  }

  /** Something moved: look at once, and tell. */
  wake(): void {
    this.#toldAt = Number.NEGATIVE_INFINITY
    this.#called.resolve()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#called.resolve()
    await this.#loop
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      this.#called = Promise.withResolvers()
      await this.#round()
      await Promise.race([this.#called.promise, sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined)])
    }
  }

  async #round(): Promise<void> {
    const { database, clock, keys, give } = this.#input
    const pool = database.stage('bf_keys')
    // The end of grants goes first: nothing else may keep it waiting.
    await this.#trying(() => endOver(this.#input))
    await this.#trying(() => endUnwanted(this.#input))
    let moved = false
    await this.#trying(async () => {
      moved = await collectUses(pool, keys.keeper, clock.now())
    })
    const now = clock.now().getTime()
    if (!moved && now - this.#toldAt < TELL_MS) return
    await this.#trying(async () => {
      await give(await keyFacts(pool, keys.keeper, clock.now()))
      this.#toldAt = now
    })
  }

  /** A keeper that does not answer is told of once, not twice a second. */
  async #trying(work: () => Promise<void>): Promise<void> {
    try {
      await work()
      this.#silent = false
    } catch (error) {
      if (!this.#silent && !this.#stopping.signal.aborted) this.#input.onProblem('keys', error)
      this.#silent = true
    }
  }
}

/** Grants whose time is up. The keeper refuses by itself; this is for the reader. */
async function endOver({ database, clock }: KeysWorkerInput): Promise<void> {
  await database.stage('bf_keys').query(
    `update keys.key_order set ended_at = until, end_reason = 'over', ended_there = true
     where kind = 'grant' and ended_at is null and until <= $1`,
    [clock.now()],
  )
}

/** Ends what those answer for who are locked or have left. */
export async function endUnwanted(deps: Pick<KeysWorkerInput, 'database' | 'clock' | 'keys'>): Promise<void> {
  const live = await deps.database
    .stage('bf_keys')
    .query<{ id: string; owner: string }>(
      `select id, owner from keys.key_order where kind = 'grant' and from_at is not null and ended_at is null`,
    )
  const gone = new Set(await unwantedAmong(deps.database, [...new Set(live.map(({ owner }) => owner))]))
  for (const { id, owner } of live) if (gone.has(owner)) await revokeGrant(deps, 'bergfried', id, 'left')
}
