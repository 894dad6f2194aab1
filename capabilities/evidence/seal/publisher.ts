import { utf8 } from '../../../engines/tlog/bytes.ts'
import { verifyWitnessed, type WitnessPolicy } from '../../../engines/tlog/cosignature.ts'
import { TlogError } from '../../../engines/tlog/errors.ts'
import { parseVerifierKey } from '../../../engines/tlog/note.ts'
import { consistencyProof } from '../../../engines/tlog/tile-reader.ts'
import type { LogIdentity } from '../../../kernel/ledger/evidence-log.ts'
import type { LogStore } from '../log/log-store.ts'
import type { Sealer, Signed } from './sealer.ts'

/** Asks witnesses to cosign a checkpoint. */
export interface Witnessing {
  cosign(
    note: string,
    size: number,
    consistencyFrom: (oldSize: number) => Promise<readonly Uint8Array[]>,
  ): Promise<{
    readonly note: string
    readonly cosigned: readonly string[]
    readonly refused: readonly Refusal[]
  }>
}

export interface Refusal {
  readonly witness: string
  readonly reason: string
}

export const policyOf = (identity: LogIdentity): WitnessPolicy => ({
  log: parseVerifierKey(identity.verifierKey),
  witnesses: identity.witnesses.map((w) => parseVerifierKey(w.verifierKey)),
  quorum: identity.quorum,
})

/** Makes the newest signed checkpoint the published one, once enough witnesses have confirmed it. Never goes back. */
export class Publisher {
  readonly #store: LogStore
  readonly #sealer: Sealer
  readonly #policy: WitnessPolicy
  readonly #witnessing: Witnessing | null
  #published: Signed | null = null
  #refused: readonly Refusal[] = []

  constructor(store: LogStore, sealer: Sealer, identity: LogIdentity, witnessing: Witnessing | null) {
    this.#store = store
    this.#sealer = sealer
    this.#policy = policyOf(identity)
    this.#witnessing = witnessing
  }

  get published(): Signed | null {
    return this.#published
  }

  get refused(): readonly Refusal[] {
    return this.#refused
  }

  /** Reads what was published before. */
  async open(): Promise<void> {
    this.#published = await this.#sealer.readHead('checkpoint')
  }

  /**
   * Publishes what was sealed since.
   *
   * @returns whether the published checkpoint is the newest signed one now
   */
  async publish(): Promise<boolean> {
    const { signed } = this.#sealer
    if (signed === null) return this.#published === null
    const { size } = signed.checkpoint
    if (this.#published !== null && this.#published.checkpoint.size >= size) return true
    const note = await this.#confirmed(signed.note, size)
    if (note === null) return false
    await this.#store.replace('checkpoint', utf8(note))
    this.#published = { note, checkpoint: signed.checkpoint }
    return true
  }

  async #confirmed(note: string, size: number): Promise<string | null> {
    if (this.#witnessing === null) return note
    const tiles = this.#sealer.tiles
    const answer = await this.#witnessing.cosign(note, size, (oldSize) => consistencyProof(oldSize, size, tiles))
    this.#refused = answer.refused
    try {
      await verifyWitnessed(answer.note, this.#policy)
      return answer.note
    } catch (error) {
      if (error instanceof TlogError) return null
      throw error
    }
  }
}
