import { setTimeout as sleep } from 'node:timers/promises'
import { formatProof } from '../../../engines/tlog/offline-proof.ts'
import { parseTilePath, widthAt } from '../../../engines/tlog/tile.ts'
import { inclusionProof } from '../../../engines/tlog/tile-reader.ts'
import type { Clock } from '../../../kernel/clock/clock.ts'
import type { StagePool } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { CheckpointSigner, EvidenceLog, LogIdentity, LogStatus } from '../../../kernel/ledger/evidence-log.ts'
import type { LogStore } from '../log/log-store.ts'
import { readLogTile } from '../log/log-tiles.ts'
import { holdSeal } from './hold-seal.ts'
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
  /** Told once when sealing stops and once when it goes on again (null). */
  readonly onProblem: (problem: unknown) => void
  readonly pollMs?: number
}

export interface RunningSealer {
  readonly log: EvidenceLog
  /** Seals and publishes everything committed until now. @throws what stands in the way. @returns entries sealed */
  sealNow(): Promise<number>
  /** Ends after the step that is being made. The store stays open. */
  stop(): Promise<void>
}

const POLL_MS = 500
const LONGEST_WAIT_MS = 30_000

/**
 * Seals and publishes until stopped. One at a time per database, held by lock 7405.
 *
 * @throws {BergfriedError} `evidence.locked` another process seals this database
 */
export async function startSealer(input: SealerInput): Promise<RunningSealer> {
  const release = await holdSeal(input.pool)
  const run = new SealerRun(input)
  const loop = run.loop()
  return {
    log: run.log,
    sealNow: () => run.sealNow(),
    stop: async () => {
      run.stopping.abort()
      await loop
      await release()
    },
  }
}

class SealerRun {
  readonly stopping = new AbortController()
  readonly #input: SealerInput
  readonly #sealer: Sealer
  readonly #publisher: Publisher
  #opened = false
  #publishedAt: Date | null = null
  #problem: LogStatus['problem'] = null
  /** One step at a time, whoever asked for it. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(input: SealerInput) {
    this.#input = input
    this.#sealer = new Sealer(input.pool, input.store, input.signer)
    this.#publisher = new Publisher(input.store, this.#sealer, input.identity, input.witnessing)
  }

  async loop(): Promise<void> {
    const poll = this.#input.pollMs ?? POLL_MS
    let wait = poll
    while (!this.stopping.signal.aborted) {
      try {
        await this.#step()
        this.#tell(null)
        wait = poll
      } catch (error) {
        this.#tell(error)
        wait = Math.min(wait * 2, LONGEST_WAIT_MS)
      }
      await sleep(wait, undefined, { signal: this.stopping.signal }).catch(() => undefined)
    }
  }

  async sealNow(): Promise<number> {
    const sealed = await this.#step()
    this.#tell(null)
    return sealed
  }

  #step(): Promise<number> {
    const mine = this.#turn.catch(() => undefined).then(() => this.#sealAll())
    this.#turn = mine
    return mine
  }

  async #sealAll(): Promise<number> {
    if (!this.#opened) {
      await this.#publisher.open()
      this.#opened = true
    }
    let sealed = 0
    for (let n = -1; n !== 0; sealed += n) n = await this.#sealer.seal()
    const before = this.#publisher.published
    await this.#publisher.publish()
    if (this.#publisher.published !== before) this.#publishedAt = this.#input.clock.now()
    return sealed
  }

  #tell(error: unknown): void {
    const problem = error === null ? null : problemOf(error)
    if (JSON.stringify(problem) !== JSON.stringify(this.#problem)) this.#input.onProblem(error)
    this.#problem = problem
  }

  get #size(): number {
    return this.#publisher.published?.checkpoint.size ?? 0
  }

  get log(): EvidenceLog {
    return {
      identity: this.#input.identity,
      read: (path) => this.#read(path),
      proofOf: (position) => this.#proofOf(position),
      status: async () => ({
        sealed: this.#size,
        pending: this.#sealer.signed?.checkpoint.size ?? 0,
        publishedAt: this.#publishedAt,
        problem: this.#problem,
        refused: this.#publisher.refused,
      }),
    }
  }

  /** Nothing is shown that the published checkpoint does not vouch for. */
  async #read(path: string): Promise<Uint8Array | null> {
    if (path === 'checkpoint') {
      const { published } = this.#publisher
      return published === null ? null : new TextEncoder().encode(published.note)
    }
    const id = parseTilePath(path)
    if (id === null) return null
    const width = widthAt(id.level, id.index, this.#size)
    return id.width > width ? null : readLogTile(this.#input.store, id, width)
  }

  async #proofOf(index: number): Promise<string> {
    const { published } = this.#publisher
    if (published === null || index >= published.checkpoint.size) {
      throw new BergfriedError('evidence.not_sealed', { position: index })
    }
    const proof = await inclusionProof(index, published.checkpoint.size, this.#sealer.tiles)
    return formatProof({ index, proof, note: published.note })
  }
}

function problemOf(error: unknown): NonNullable<LogStatus['problem']> {
  if (error instanceof BergfriedError) return { code: error.code, detail: error.detail }
  return { code: 'http.defect', detail: {} }
}
