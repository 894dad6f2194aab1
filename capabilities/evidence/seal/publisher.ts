import { equal, utf8 } from '../../../engines/tlog/bytes.ts'
import { verifyWitnessed, type WitnessPolicy } from '../../../engines/tlog/cosignature.ts'
import { TlogError } from '../../../engines/tlog/errors.ts'
import { parseVerifierKey } from '../../../engines/tlog/note.ts'
import { consistencyProof, rootAt, TileCache } from '../../../engines/tlog/tile-reader.ts'
import type { LogIdentity, Refusal } from '../../../kernel/ledger/evidence-log.ts'
import type { LogStore } from '../log/log-store.ts'
import { tilesOf } from '../log/log-tiles.ts'
import { diverged } from './entries.ts'
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

const policyOf = (identity: LogIdentity): WitnessPolicy => ({
  log: parseVerifierKey(identity.verifierKey),
  witnesses: identity.witnesses.map((w) => parseVerifierKey(w.verifierKey)),
  quorum: identity.quorum,
})

/**
 * Makes the newest signed checkpoint the published one, once enough witnesses have confirmed it. Never goes back. Works beside the
 * sealing, which does not wait for witnesses.
 */
export class Publisher {
  readonly #store: LogStore
  readonly #sealer: Sealer
  readonly #policy: WitnessPolicy
  readonly #witnessing: Witnessing | null
  readonly #tiles: TileCache
  #published: Signed | null = null
  #refused: readonly Refusal[] = []

  constructor(store: LogStore, sealer: Sealer, identity: LogIdentity, witnessing: Witnessing | null) {
    this.#store = store
    this.#sealer = sealer
    this.#policy = policyOf(identity)
    this.#witnessing = witnessing
    this.#tiles = new TileCache(tilesOf(store))
  }

  get published(): Signed | null {
    return this.#published
  }

  get refused(): readonly Refusal[] {
    return this.#refused
  }

  /** Whether something signed waits to be published. */
  get behind(): boolean {
    return (this.#sealer.signed?.checkpoint.size ?? 0) > (this.#published?.checkpoint.size ?? 0)
  }

  /** Tiles under what is published: they never change any more. */
  get tiles(): TileCache {
    return this.#tiles
  }

  /** Reads what was published before. */
  async open(): Promise<void> {
    this.#published = await this.#sealer.readHead('checkpoint')
  }

  /**
   * Publishes what was signed last.
   *
   * @returns whether enough witnesses have confirmed it
   */
  async publish(): Promise<boolean> {
    const { signed } = this.#sealer
    if (signed === null || !this.behind) return true
    const { size } = signed.checkpoint
    await this.#followsPublished(signed)
    const note = await this.#confirmed(signed.note, size)
    if (note === null) return false
    await this.#store.replace('checkpoint', utf8(note))
    this.#published = { note, checkpoint: signed.checkpoint }
    return true
  }

  /** What was shown to the world is the beginning of what will be: looked at once more, whatever the keeper said. */
  async #followsPublished({ checkpoint: { size } }: Signed): Promise<void> {
    if (this.#published === null) return
    const { size: shown, root } = this.#published.checkpoint
    if (!equal(await rootAt(shown, this.#tiles), root)) {
      throw diverged(
        `the tree of ${size} does not begin with the published one of ${shown}`,
        `der Baum mit ${size} Einträgen beginnt nicht mit dem veröffentlichten mit ${shown}`,
      )
    }
  }

  async #confirmed(note: string, size: number): Promise<string | null> {
    if (this.#witnessing === null) return note
    const answer = await this.#witnessing.cosign(note, size, (oldSize) => consistencyProof(oldSize, size, this.#tiles))
    this.#refused = answer.refused
    try {
      await verifyWitnessed(answer.note, this.#policy)
      return answer.note
    } catch (error) {
      if (error instanceof TlogError && error.code === 'quorum') return null
      throw error
    }
  }
}
