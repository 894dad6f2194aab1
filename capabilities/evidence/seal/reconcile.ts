import { fromUtf8 } from '../../../engines/tlog/bytes.ts'
import { type Checkpoint, openCheckpoint } from '../../../engines/tlog/checkpoint.ts'
import { parseVerifierKey } from '../../../engines/tlog/note.ts'
import { decodeBundle, TILE_WIDTH, widthAt } from '../../../engines/tlog/tile.ts'
import { rootAt } from '../../../engines/tlog/tile-reader.ts'
import type { StagePool, Transaction } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { appendEntry } from '../../../kernel/ledger/entry.ts'
import type { LogReader } from '../log/log-store.ts'
import { tilesOf } from '../log/log-tiles.ts'
import { diverged, entryCount } from './entries.ts'
import { firstLost } from './first-lost.ts'

export interface ReconcileInput {
  /** As bf_owner: only the owner may put entries elsewhere. */
  readonly owner: StagePool
  readonly log: LogReader
  readonly verifierKey: string
  readonly at: Date
}

export interface Reconciled {
  /** Entries under the newest signed checkpoint. */
  readonly sealed: number
  /** Entries that the database had lost: they are back as the log holds them, without what only the database knew. */
  readonly lost: number
  /** Entries written since the restore: they stand behind the sealed ones now. */
  readonly moved: number
  /** Position of the first lost entry, or null where none was. */
  readonly from: number | null
}

/**
 * Brings a database that was restored from a backup into agreement with the log, which keeps what it ever sealed: lost entries are
 * taken from the log (their bodies and salts are gone), later ones move behind them, and an entry tells of it. One transaction.
 *
 * @throws {BergfriedError} `evidence.locked` a sealer works on this database; `evidence.not_sealed` nothing is sealed;
 *   `evidence.diverged` where the difference is no restore, or the log is damaged
 */
export async function reconcile({ owner, log, verifierKey, at }: ReconcileInput): Promise<Reconciled> {
  const { size: sealed } = await newestHead(log, verifierKey)
  return owner.transaction(async (tx) => {
    const [row] = await tx.query<{ got: boolean }>('select pg_try_advisory_xact_lock(7405) as got')
    if (row?.got !== true) throw new BergfriedError('evidence.locked', { what: 'bergfried (7405)' })
    await tx.query('select pg_advisory_xact_lock(7400, 1)')
    const from = await firstLost(tx, log, sealed)
    if (from === null) return { sealed, lost: 0, moved: 0, from }
    const lost = sealed - from
    const moved = (await entryCount(tx)) - from
    await moveBehind(tx, from, lost)
    await insertLost(tx, log, from, sealed)
    await appendEntry(tx, at, 'reconciled', { from, lost, moved, sealed })
    return { sealed, lost, moved, from }
  })
}

/** The largest tree that was signed, checked to be the one that the tiles hold. */
async function newestHead(log: LogReader, verifierKey: string): Promise<Checkpoint> {
  const key = parseVerifierKey(verifierKey)
  let newest: Checkpoint | null = null
  for (const path of ['pending', 'checkpoint']) {
    const bytes = await log.read(path)
    const head = bytes === null ? null : await openCheckpoint(fromUtf8(bytes), key).catch(() => null)
    if (bytes !== null && head === null) {
      throw diverged(`${path} is not signed by this log's key`, `${path} ist nicht vom Schlüssel dieses Protokolls`)
    }
    if (head !== null && head.size > (newest?.size ?? 0)) newest = head
  }
  if (newest === null) throw new BergfriedError('evidence.not_sealed', { position: 0 })
  const root = await rootAt(newest.size, tilesOf(log))
  if (Buffer.compare(root, newest.root) !== 0) {
    throw diverged(
      'the tiles of the log do not lead to the signed root',
      'die Kacheln des Protokolls führen nicht zur unterschriebenen Wurzel',
    )
  }
  return newest
}

async function moveBehind(tx: Transaction, from: number, by: number): Promise<void> {
  await tx.query(
    `create temporary table moved on commit drop as select * from evidence.entry where position >= ${Number(from)}`,
  )
  await tx.query('delete from evidence.entry where position >= $1', [from])
  await tx.query(
    `insert into evidence.entry (position, previous, at, kind, body, digest, salt, leaf)
     select position + $1, position + $1 - 1, at, kind, body, digest, salt, leaf from moved order by position`,
    [by],
  )
}

/** The log is public: time and kind stand in the leaf. */
async function insertLost(tx: Transaction, log: LogReader, from: number, size: number): Promise<void> {
  for (let at = from; at < size; ) {
    const index = Math.floor(at / TILE_WIDTH)
    const width = widthAt('entries', index, size)
    const bundle = decodeBundle(await tilesOf(log)({ level: 'entries', index, width }), width)
    const leaves = bundle.slice(at % TILE_WIDTH)
    const told = leaves.map((leaf) => JSON.parse(fromUtf8(leaf)) as { at: string; kind: string })
    await tx.query(
      `insert into evidence.entry (position, previous, at, kind, body, digest, salt, leaf)
       select $1 + n - 1, nullif($1 + n - 1, 0) - 1, at, kind, null, null, null, leaf
       from unnest($2::timestamptz[], $3::text[], $4::bytea[]) with ordinality as lost (at, kind, leaf, n)`,
      [at, told.map((t) => t.at), told.map((t) => t.kind), leaves.map((leaf) => Buffer.from(leaf))],
    )
    at += leaves.length
  }
}
