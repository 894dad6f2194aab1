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
import { BATCH, diverged, leavesFrom } from './entries.ts'
import { compareLeaves, type Head, restoreTree } from './restore-tree.ts'

/** How many sealed leaves are compared with the database at a start, beside the newest. */
const LOOKED_AT = 64

/** A checkpoint of ours that was signed. */
export interface Signed {
  readonly note: string
  readonly checkpoint: Checkpoint
}

/** What is kept between two batches; thrown away after any failure. */
interface Standing {
  readonly tree: Tree
  readonly tiles: TileCache
  /** The entry sealed last: where the database no longer has it, it is not the one that was sealed. */
  last: Uint8Array | null
  /** The next batch, which is read while this one is written. */
  next: Promise<Uint8Array[]> | null
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
  #standing: Standing | null = null
  #signed: Signed | null = null

  constructor(pool: StagePool, store: LogStore, signer: CheckpointSigner) {
    this.#pool = pool
    this.#store = store
    this.#signer = signer
    this.#key = parseVerifierKey(signer.verifierKey)
  }

  /** The newest signed checkpoint, or null before the first. */
  get signed(): Signed | null {
    return this.#signed
  }

  /** Reads everything again at the next step: somebody else may have sealed. */
  forget(): void {
    this.#standing?.next?.catch(() => undefined)
    this.#standing = null
  }

  /**
   * Seals what was committed since, at most 4,096 entries.
   *
   * @returns how many were sealed
   * @throws {BergfriedError} `evidence.diverged`, `evidence.store`, `keeper.refused`, `keeper.unreachable`
   */
  async seal(): Promise<number> {
    try {
      this.#standing ??= await this.#open()
      return await this.#batch(this.#standing)
    } catch (error) {
      this.forget()
      throw error
    }
  }

  async #batch(standing: Standing): Promise<number> {
    const { tree, tiles } = standing
    const oldSize = tree.size
    const leaves = await (standing.next ?? this.#read(oldSize))
    standing.next = null
    if (standing.last !== null) {
      const before = leaves.shift()
      if (before === undefined || !equal(before, standing.last)) throw lostEntry(oldSize - 1)
    }
    const last = leaves.at(-1)
    if (last === undefined) return 0
    const grown = tree.append(leaves)
    if (leaves.length >= BATCH) {
      standing.next = this.#read(grown.size)
      standing.next.catch(() => undefined)
    }
    await this.#store.append(grown.tiles.map(({ id, bytes }) => ({ path: tilePath(id), bytes })))
    const consistency = await consistencyProof(oldSize, grown.size, tiles)
    await this.#sign(oldSize, grown, consistency)
    standing.last = last
    return leaves.length
  }

  /** A batch, and before it the entry that was sealed last. */
  #read(size: number): Promise<Uint8Array[]> {
    return size === 0 ? leavesFrom(this.#pool, 0) : leavesFrom(this.#pool, size - 1, undefined, BATCH + 1)
  }

  /** Reads where the log stands: keeper, store and database must agree, or be brought to agree without a new history. */
  async #open(): Promise<Standing> {
    const tiles = new TileCache(tilesOf(this.#store))
    const [kept, stored] = [await this.#signer.last(), await this.#newestHead()]
    if (kept === null) {
      if (stored === null) return { tree: Tree.empty(), tiles, last: null, next: null }
      throw diverged(
        `the log has ${stored.size} sealed entries, the keeper knows of none`,
        `das Protokoll hat ${stored.size} versiegelte Einträge, der Verwahrer weiß von keinem`,
      )
    }
    if (stored?.size === kept.size && !equal(stored.root, kept.root)) throw twoTrees(kept.size)
    // A keeper restored from an older state: our own signature says what was signed after it.
    const goal = stored !== null && stored.size > kept.size ? stored : kept
    const known = stored === null || stored === goal ? [goal] : [goal, stored]
    let tree = await restoreTree(this.#pool, this.#store, known, goal)
    let last = await compareLeaves(this.#pool, this.#store, goal.size, randomPositions(goal.size))
    if (last === null && goal.size > 0) {
      // Either the store is damaged, or the database is not the one that was sealed: its root tells.
      tree = await restoreTree(this.#pool, this.#store, [], goal)
      last = await compareLeaves(this.#pool, this.#store, goal.size, [])
      if (last === null) throw lostEntry(goal.size - 1)
    }
    await this.#sign(kept.size, tree, await consistencyProof(kept.size, tree.size, tiles))
    return { tree, tiles, last, next: null }
  }

  /** Believes a signature only after looking, and keeps it before anybody may see it. */
  async #sign(oldSize: number, { size, root }: Head, consistency: readonly Uint8Array[]): Promise<void> {
    const note = await this.#signer.sign({ oldSize, newSize: size, newRoot: root, consistency })
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

  /** The larger of the two heads of the store; two of one size must be of one tree. */
  async #newestHead(): Promise<Head | null> {
    const [pending, published] = [await this.readHead('pending'), await this.readHead('checkpoint')]
    if (pending === null || published === null) return (pending ?? published)?.checkpoint ?? null
    const [a, b] = [pending.checkpoint, published.checkpoint]
    if (a.size === b.size && !equal(a.root, b.root)) throw twoTrees(a.size)
    return a.size > b.size ? a : b
  }

  /** A head of the store, if it is there and ours. */
  async readHead(path: HeadPath): Promise<Signed | null> {
    const bytes = await this.#store.read(path)
    if (bytes === null) return null
    try {
      const note = fromUtf8(bytes)
      return { note, checkpoint: await openCheckpoint(note, this.#key) }
    } catch {
      throw diverged(
        `${path} in the store is not signed by this log's key`,
        `${path} im Speicher ist nicht mit dem Schlüssel dieses Protokolls unterschrieben`,
      )
    }
  }
}

const lostEntry = (position: number) =>
  diverged(
    `entry ${position} of the database is not the one that was sealed`,
    `der Eintrag ${position} der Datenbank ist nicht der versiegelte`,
  )

const twoTrees = (size: number) =>
  diverged(`two trees of ${size} entries were signed`, `zwei Bäume mit ${size} Einträgen wurden unterschrieben`)

/** Anybody who rewrites entries must not know which ones are looked at. */
const randomPositions = (size: number): number[] =>
  Array.from({ length: Math.min(size, LOOKED_AT) }, () => randomInt(Math.min(size, 2 ** 47)))
