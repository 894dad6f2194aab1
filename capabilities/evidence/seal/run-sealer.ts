import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../../kernel/clock/clock.ts'
import type { StagePool } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type {
  CheckpointSigner,
  EvidenceLog,
  LogIdentity,
  LogStatus,
  Refusal,
} from '../../../kernel/ledger/evidence-log.ts'
import type { LogStore } from '../log/log-store.ts'
import { entryCount } from './entries.ts'
import { type HeldSeal, holdSeal } from './hold-seal.ts'
import { publishedLog } from './published-log.ts'
import { Publisher, type Witnessing } from './publisher.ts'
import { Sealer } from './sealer.ts'

export interface SealerInput {
  /** As bf_seal. */
  readonly pool: StagePool
  readonly store: LogStore
  readonly signer: CheckpointSigner
  readonly identity: LogIdentity
  /** Null: nobody else watches the log. */
  readonly witnessing: Witnessing | null
  readonly clock: Clock
  /** Told once when sealing or publishing stops and once when it goes on again (null). */
  readonly onProblem: (problem: unknown) => void
  /** Told of every checkpoint that others can see from now on. */
  readonly onPublished?: (size: number, at: Date) => void
  readonly pollMs?: number
}

export interface RunningSealer {
  readonly log: EvidenceLog
  /**
   * Seals everything committed until now and tries to publish it. @throws what stands in the way. @returns entries sealed
   */
  sealNow(): Promise<number>
  /** Ends after the step that is being made. The store stays open. */
  stop(): Promise<void>
}

const POLL_MS = 500
const LONGEST_WAIT_MS = 30_000
/** A contradiction does not go away by itself, and looking at it again reads every entry. */
const STANDSTILL_MS = 3_600_000

/**
 * Seals and publishes until stopped. One at a time per database, held by lock 7405.
 *
 * @throws {BergfriedError} `evidence.locked` another process seals this database
 */
export async function startSealer(input: SealerInput): Promise<RunningSealer> {
  const run = new SealerRun(input, await holdSeal(input.pool))
  const loops = Promise.all([run.sealing(), run.publishing()])
  return {
    log: run.log,
    sealNow: () => run.sealNow(),
    stop: async () => {
      run.stopping.abort()
      await loops
      await run.end()
    },
  }
}

class SealerRun {
  readonly stopping = new AbortController()
  readonly log: EvidenceLog
  readonly #input: SealerInput
  readonly #sealer: Sealer
  readonly #publisher: Publisher
  #held: HeldSeal | null
  #opened = false
  #publishedAt: Date | null = null
  readonly #problems = new Map<Where, NonNullable<LogStatus['problem']>>()
  /** One step of a kind at a time, whoever asked for it. */
  #sealTurn: Promise<unknown> = Promise.resolve()
  #publishTurn: Promise<unknown> = Promise.resolve()

  constructor(input: SealerInput, held: HeldSeal) {
    this.#input = input
    this.#held = held
    this.#sealer = new Sealer(input.pool, input.store, input.signer)
    this.#publisher = new Publisher(input.store, this.#sealer, input.identity, input.witnessing)
    this.log = publishedLog(input.identity, input.store, this.#publisher, () => this.#status())
  }

  sealing(): Promise<void> {
    return this.#loop('seal', async () => {
      await this.#seal()
      return true
    })
  }

  /** Asks again and again for what a checkpoint still lacks, ever less often while nothing changes. */
  publishing(): Promise<void> {
    return this.#loop('publish', () => this.#publish())
  }

  /** @param step - whether all is well; where not, the next time is later */
  async #loop(what: 'seal' | 'publish', step: () => Promise<boolean>): Promise<void> {
    const poll = this.#input.pollMs ?? POLL_MS
    let wait = poll
    while (!this.stopping.signal.aborted) {
      try {
        wait = (await step()) ? poll : Math.min(wait * 2, Math.max(poll, LONGEST_WAIT_MS))
        this.#tell(what, null)
      } catch (error) {
        this.#tell(what, error)
        wait = isDiverged(error) ? STANDSTILL_MS : Math.min(wait * 2, Math.max(poll, LONGEST_WAIT_MS))
      }
      await sleep(wait, undefined, { signal: this.stopping.signal }).catch(() => undefined)
    }
  }

  async sealNow(): Promise<number> {
    const sealed = await this.#seal()
    this.#tell('seal', null)
    await this.#publish()
    this.#tell('publish', null)
    return sealed
  }

  async end(): Promise<void> {
    await Promise.allSettled([this.#sealTurn, this.#publishTurn])
    await this.#held?.release()
  }

  #seal(): Promise<number> {
    const mine = this.#sealTurn.then(() => this.#sealAll())
    this.#sealTurn = mine.catch(() => undefined)
    return mine
  }

  #publish(): Promise<boolean> {
    const mine = this.#publishTurn.then(() => this.#publishNewest())
    this.#publishTurn = mine.catch(() => false)
    return mine
  }

  /** Everything that is there when it begins: under constant load there is always more. */
  async #sealAll(): Promise<number> {
    await this.#hold()
    if (!this.#opened) await this.#publisher.open()
    this.#opened = true
    const target = await entryCount(this.#input.pool)
    let sealed = 0
    for (let n = -1; n !== 0 && !this.stopping.signal.aborted; sealed += Math.max(n, 0)) {
      n = (this.#sealer.signed?.checkpoint.size ?? -1) >= target && n > 0 ? 0 : await this.#sealer.seal()
    }
    return sealed
  }

  /** A connection that was lost took the right to seal with it, and somebody else may have it by now. */
  async #hold(): Promise<void> {
    try {
      if (this.#held !== null) return await this.#held.check()
    } catch {
      await this.#held?.release().catch(() => undefined)
      this.#held = null
    }
    this.#sealer.forget()
    this.#held = await holdSeal(this.#input.pool)
  }

  async #publishNewest(): Promise<boolean> {
    if (!this.#opened) return true
    const before = this.#publisher.published
    const done = await this.#publisher.publish()
    const { published } = this.#publisher
    if (published !== before && published !== null) {
      this.#publishedAt = this.#input.clock.now()
      this.#input.onPublished?.(published.checkpoint.size, this.#publishedAt)
    }
    // Another history is told also where enough others have confirmed: somebody was shown it under our name.
    const { refused } = this.#publisher
    const why = refused.find((r) => r.otherHistory) ?? (done ? undefined : refused[0])
    this.#tell('witness', why === undefined ? null : refusedBy(why))
    return done
  }

  #tell(what: Where, error: unknown): void {
    const [before, problem] = [this.#problems.get(what) ?? null, error === null ? null : problemOf(error)]
    if (problem === null) this.#problems.delete(what)
    else this.#problems.set(what, problem)
    if (JSON.stringify(problem) !== JSON.stringify(before)) this.#input.onProblem(error)
  }

  #status(): LogStatus {
    return {
      sealed: this.#publisher.published?.checkpoint.size ?? 0,
      pending: this.#sealer.signed?.checkpoint.size ?? 0,
      publishedAt: this.#publishedAt,
      problem: this.#problems.get('seal') ?? this.#problems.get('witness') ?? this.#problems.get('publish') ?? null,
      refused: this.#publisher.refused,
    }
  }
}

type Where = 'seal' | 'publish' | 'witness'

const refusedBy = ({ witness, reason, reasonDe }: Refusal): BergfriedError =>
  new BergfriedError('witness.refused', { witness, reason, reasonDe })

const isDiverged = (error: unknown): boolean => error instanceof BergfriedError && error.code === 'evidence.diverged'

function problemOf(error: unknown): NonNullable<LogStatus['problem']> {
  if (error instanceof BergfriedError) return { code: error.code, detail: error.detail }
  return { code: 'http.defect', detail: {} }
}
