import { randomInt } from 'node:crypto'
import { Tree } from '../../../engines/tlog/append.ts'
import { equal, fromUtf8, utf8 } from '../../../engines/tlog/bytes.ts'
import { type Checkpoint, openCheckpoint } from '../../../engines/tlog/checkpoint.ts'
import { parseVerifierKey, type VerifierKey } from '../../../engines/tlog/note.ts'
import { tilePath } from '../../../engines/tlog/tile.ts'
import { consistencyProof, TileCache } from '../../../engines/tlog/tile-reader.ts'
import type { StagePool } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { CheckpointSigner } from '../../../kernel/ledger/evidence-log.ts'
import type { HeadPath, LogStore } from '../log/log-store.ts'
import { tilesOf } from '../log/log-tiles.ts'
import { leavesFrom } from './entries.ts'
import { compareLeaves, restoreTree } from './restore-tree.ts'

/** How many sealed leaves are compared with the database at a start, beside the newest. */
const LOOKED_AT = 64

/** A checkpoint of ours that was signed. */
export interface Signed {
  readonly note: string
  readonly checkpoint: Checkpoint
}

/**
 * Takes committed entries in order into the log: leaves, tiles, then the signature, each durable before the next. What is
 * in memory is thrown away after a failure and read again, so nothing depends on how far a failed step came.
 */
export class Sealer {
  readonly #pool: StagePool
  readonly #store: LogStore
  readonly #signer: CheckpointSigner
  readonly #key: VerifierKey
  /** Tiles as they are now; thrown away with the tree. */
  #tiles: TileCache
  #tree: Tree | null = null
  #signed: Signed | null = null

  constructor(pool: StagePool, store: LogStore, signer: CheckpointSigner) {
    this.#pool = pool
    this.#store = store
    this.#signer = signer
    this.#key = parseVerifierKey(signer.verifierKey)
    this.#tiles = new TileCache(tilesOf(store))
  }

  /** The newest signed checkpoint, or null before the first. */
  get signed(): Signed | null {
    return this.#signed
  }

  get tiles(): TileCache {
    return this.#tiles
  }

  /**
   * Seals what was committed since, at most 4,096 entries.
   *
   * @returns how many were sealed
   * @throws {BergfriedError} `evidence.diverged`, `evidence.store`, `keeper.refused`, `keeper.unreachable`
   */
  async seal(): Promise<number> {
    try {
      const tree = this.#tree ?? (await this.#open())
      this.#tree = tree
      const oldSize = tree.size
      const leaves = await leavesFrom(this.#pool, oldSize)
      if (leaves.length === 0) return 0
      const grown = tree.append(leaves)
      await this.#store.append(grown.tiles.map(({ id, bytes }) => ({ path: tilePath(id), bytes })))
      const note = await this.#signer.sign({
        oldSize,
        newSize: grown.size,
        newRoot: grown.root,
        consistency: await consistencyProof(oldSize, grown.size, this.#tiles),
      })
      await this.#keep(note, grown.size, grown.root)
      return leaves.length
    } catch (error) {
      this.#tree = null
      this.#tiles = new TileCache(tilesOf(this.#store))
      throw error
    }
  }

  /** Reads where the log stands: keeper, store and database must agree, or be brought to agree without a new history. */
  async #open(): Promise<Tree> {
    const [last, stored] = [await this.#signer.last(), await this.readHead('pending')]
    if (last === null) {
      if (stored === null) return Tree.empty()
      throw new BergfriedError('evidence.diverged', {
        reason: `the log has ${stored.checkpoint.size} sealed entries, the keeper knows of none`,
        reasonDe: `das Protokoll hat ${stored.checkpoint.size} versiegelte Einträge, der Verwahrer weiß von keinem`,
      })
    }
    const ahead = stored !== null && stored.checkpoint.size > last.size
    // A keeper restored from an older state: our own signature says what was signed after it.
    const head = ahead ? stored.checkpoint : last
    const tree = await restoreTree(this.#pool, this.#store, stored?.checkpoint ?? null, head)
    await compareLeaves(this.#pool, this.#store, tree.size, randomPositions(tree.size))
    const note = await this.#signer.sign({
      oldSize: last.size,
      newSize: tree.size,
      newRoot: tree.root,
      consistency: await consistencyProof(last.size, tree.size, this.#tiles),
    })
    await this.#keep(note, tree.size, tree.root)
    return tree
  }

  /** Believes a signature only after looking, and keeps it before anybody may see it. */
  async #keep(note: string, size: number, root: Uint8Array): Promise<void> {
    const checkpoint = await openCheckpoint(note, this.#key).catch(() => null)
    if (checkpoint === null || checkpoint.size !== size || !equal(checkpoint.root, root)) {
      throw new BergfriedError('keeper.refused', {
        reason: 'what it signed is not what it was asked to sign',
        reasonDe: 'was er unterschrieb, ist nicht, worum er gebeten wurde',
      })
    }
    if (this.#signed?.note !== note) await this.#store.replace('pending', utf8(note))
    this.#signed = { note, checkpoint }
  }

  /** A head of the store, if it is there and ours. */
  async readHead(path: HeadPath): Promise<Signed | null> {
    const bytes = await this.#store.read(path)
    if (bytes === null) return null
    try {
      const note = fromUtf8(bytes)
      return { note, checkpoint: await openCheckpoint(note, this.#key) }
    } catch {
      throw new BergfriedError('evidence.diverged', {
        reason: `${path} in the store is not signed by this log's key`,
        reasonDe: `${path} im Speicher ist nicht mit dem Schlüssel dieses Protokolls unterschrieben`,
      })
    }
  }
}

/** Anybody who rewrites entries must not know which ones are looked at. */
const randomPositions = (size: number): number[] =>
  size === 0 ? [] : Array.from({ length: Math.min(size, LOOKED_AT) }, () => randomInt(Math.min(size, 2 ** 47)))
