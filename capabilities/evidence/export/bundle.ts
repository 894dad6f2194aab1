import { formatProof } from '../../../engines/tlog/offline-proof.ts'
import { decodeBundle, TILE_WIDTH } from '../../../engines/tlog/tile.ts'
import { inclusionProof, type ReadTile } from '../../../engines/tlog/tile-reader.ts'
import type { LogIdentity } from '../../../kernel/ledger/evidence-log.ts'
import type { LogView } from './published-log.ts'

/** One entry with everything that is needed to check it without us: one file. */
export interface Bundle {
  readonly format: 'bergfried-evidence/1'
  readonly entry: string
  readonly proof: string
  readonly log: string
  readonly witnesses: readonly string[]
  readonly quorum: number
  /** What the entry commits to; without it the entry proves only that it is in the log. */
  readonly opening?: { readonly body: string; readonly salt: string }
}

/** Proof of inclusion (C2SP tlog-proof) of the entry at `position`, below the size of the view. */
export async function proofText(view: LogView, position: number): Promise<string> {
  const proof = await inclusionProof(position, view.checkpoint.size, view.readTile)
  return formatProof({ index: position, proof, note: view.note })
}

/** The leaf at a position, from its entry bundle. */
export async function leafAt(readTile: ReadTile, position: number, size: number): Promise<Uint8Array> {
  const index = Math.floor(position / TILE_WIDTH)
  const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH)
  const leaf = decodeBundle(await readTile({ level: 'entries', index, width }), width)[position - index * TILE_WIDTH]
  if (leaf === undefined) throw new RangeError(`no leaf at ${position}`)
  return leaf
}

/** The bundle of one entry. */
export async function bundleOf(
  view: LogView,
  identity: LogIdentity,
  position: number,
  opening: { readonly body: string; readonly salt: Uint8Array } | null,
): Promise<Bundle> {
  const entry = Buffer.from(await leafAt(view.readTile, position, view.checkpoint.size)).toString('utf8')
  return {
    format: 'bergfried-evidence/1',
    entry,
    proof: await proofText(view, position),
    log: identity.verifierKey,
    witnesses: identity.witnesses.map((w) => w.verifierKey),
    quorum: identity.quorum,
    ...(opening === null ? {} : { opening: { body: opening.body, salt: Buffer.from(opening.salt).toString('hex') } }),
  }
}
