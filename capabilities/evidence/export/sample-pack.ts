import { formatProof, verifyProof } from '../../../engines/tlog/offline-proof.ts'
import { inclusionProof } from '../../../engines/tlog/tile-reader.ts'
import type { Bundle } from './bundle.ts'
import { type Drawing, draw } from './draw.ts'
import { BundleReader } from './pack/bundle-reader.ts'
import { Opening } from './pack/pack-format.ts'
import { failed } from './verify/failed.ts'
import type { PackReader } from './verify/pack-reader.ts'
import type { ProvedLog } from './verify/verify-log.ts'

/** What is drawn from: the entries that the pack opens, or all leaves of its window, which nobody chose. */
export type SampleFrom = 'opened' | 'leaves'

export interface SampleQuestion {
  readonly seed: string
  readonly count: number
  readonly kind: string
  readonly from: SampleFrom
}

export interface DrawnItem {
  readonly position: number
  readonly at: string
  readonly kind: string
  readonly bundle: Bundle
}

/** The positions that a seed draws from a pack, in the order in which they are drawn. */
export async function drawnPositions(
  pack: PackReader,
  question: SampleQuestion,
): Promise<{ population: number; positions: number[] }> {
  const { checkpoint, log, window } = pack.manifest
  if (window.positions === null) return { population: 0, positions: [] }
  let population = 0
  for await (const _ of candidates(pack, question)) population++
  const drawing: Drawing = {
    origin: log.origin,
    size: checkpoint.size,
    root: Buffer.from(checkpoint.root, 'base64'),
    window: window.positions,
    from: question.from,
    kind: question.kind,
    population,
    seed: question.seed,
  }
  const rank = new Map(draw(drawing, question.count).map((item, i) => [item, i]))
  const positions: number[] = []
  let item = 0
  for await (const { position } of candidates(pack, question)) {
    const at = rank.get(item++)
    if (at !== undefined) positions[at] = position
  }
  return { population, positions }
}

interface Candidate {
  readonly position: number
  readonly at: string
  readonly kind: string
  readonly opening: Opening | null
}

/** What a drawing is from, by position. */
async function* candidates(pack: PackReader, { from, kind }: SampleQuestion): AsyncGenerator<Candidate> {
  if (from === 'opened') {
    for await (const opening of pack.lines('openings', Opening))
      if (kind === '*' || opening.kind === kind) yield { ...opening, opening }
    return
  }
  const { window, checkpoint } = pack.manifest
  if (window.positions === null) return
  const leaves = new BundleReader(pack.readTile, checkpoint.size)
  for (let position = window.positions[0]; position <= window.positions[1]; position++) {
    const leaf = JSON.parse(Buffer.from(await leaves.at(position)).toString('utf8')) as { at: string; kind: string }
    if (kind === '*' || leaf.kind === kind) yield { position, at: leaf.at, kind: leaf.kind, opening: null }
  }
}

/**
 * Draws from a pack that was verified, and proves each drawn item anew, alone: what comes out can be kept and checked
 * without the pack.
 *
 * @throws {BergfriedError} `verify.failed`
 */
export async function samplePack(
  pack: PackReader,
  proved: ProvedLog,
  question: SampleQuestion,
): Promise<{ population: number; items: readonly DrawnItem[] }> {
  const { population, positions } = await drawnPositions(pack, question)
  const wanted = new Map(positions.map((position, i) => [position, i]))
  const { log, checkpoint } = pack.manifest
  const items: DrawnItem[] = []
  const openings = new Map<number, Opening>()
  for await (const opening of pack.lines('openings', Opening))
    if (wanted.has(opening.position)) openings.set(opening.position, opening)
  const leaves = new BundleReader(pack.readTile, checkpoint.size)
  for (const position of [...positions].sort((a, b) => a - b)) {
    const leaf = await leaves.at(position)
    const proof = await inclusionProof(position, checkpoint.size, pack.readTile)
    const text = formatProof({ index: position, proof, note: proved.note })
    const verified = await verifyProof(text, leaf, proved.policy)
    if (verified.index !== position)
      throw failed(`entry ${position} is not proved`, `der Eintrag ${position} ist nicht bewiesen`)
    const entry = Buffer.from(leaf).toString('utf8')
    const { at, kind } = JSON.parse(entry) as { at: string; kind: string }
    const opening = openings.get(position)
    items[wanted.get(position) ?? 0] = {
      position,
      at,
      kind,
      bundle: {
        format: 'bergfried-evidence/1',
        entry,
        proof: text,
        log: log.verifierKey,
        witnesses: log.witnesses,
        quorum: log.quorum,
        ...(opening?.salt == null ? {} : { opening: { body: opening.body, salt: opening.salt } }),
      },
    }
  }
  return { population, items }
}
