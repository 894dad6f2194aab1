import type { Transaction } from '../../../../kernel/db/database.ts'
import { BergfriedError } from '../../../../kernel/errors.ts'
import type { Json } from '../../../../kernel/ledger/canonical-json.ts'
import type { LogIdentity } from '../../../../kernel/ledger/evidence-log.ts'
import { PUBLIC_KIND } from '../../../../kernel/ledger/leaf.ts'
import { bundleOf } from '../bundle.ts'
import { rowsOf } from '../cursor.ts'
import { draw } from '../draw.ts'
import type { LogView } from '../published-log.ts'
import { CONCERNS, concernParams, type Scope } from '../scope.ts'
import type { Manifest } from './pack-format.ts'
import type { PackWriter } from './pack-writer.ts'

/** A drawing that is asked for: whoever chooses the seed does so after the window is over. */
export interface SampleWish {
  readonly seed: string
  readonly count: number
  /** Kind of the entries, or `*`. */
  readonly kind: string
}

interface SampleInput {
  readonly wish: SampleWish
  readonly scope: Scope
  readonly view: LogView
  readonly identity: LogIdentity
  readonly window: readonly [number, number]
  /** Per kind, how many entries the pack opens. */
  readonly opened: Readonly<Record<string, number>>
}

/** Draws among the opened entries and writes a proof and a bundle for each that is drawn. */
export async function writeSample(tx: Transaction, pack: PackWriter, input: SampleInput): Promise<Manifest['sample']> {
  const { wish, view, identity, opened } = input
  const all = Object.values(opened).reduce((a, b) => a + b, 0)
  const population = wish.kind === '*' ? all : (opened[wish.kind] ?? 0)
  if (population === 0) {
    throw new BergfriedError('export.invalid', {
      reason: `there is no entry of kind “${wish.kind}” to draw from`,
      reasonDe: `es gibt keinen Eintrag der Art „${wish.kind}“, aus dem gezogen werden könnte`,
    })
  }
  const { origin, size, root } = view.checkpoint
  const { seed, count, kind } = wish
  const { window } = input
  const items = draw({ origin, size, root, window, from: 'opened', kind, population, seed }, count)
  const rank = new Map(items.map((item, i) => [item, i]))
  const drawn: number[] = []
  let item = 0
  for await (const entry of rowsOf<{ position: number; body: string; salt: Uint8Array; kind: string }>(
    tx,
    'sample',
    `select e.position, e.body, e.salt, e.kind from evidence.entry e
     where e.position between $5 and $6 and e.body is not null and ($7 = '*' or e.kind = $7) and ${CONCERNS}
     order by e.position`,
    [...concernParams(input.scope), ...window, kind],
  )) {
    const at = rank.get(item++)
    if (at === undefined) continue
    drawn[at] = entry.position
    const opening = entry.kind === PUBLIC_KIND ? null : entry
    const bundle = await bundleOf(view, identity, entry.position, opening)
    await pack.add(`sample/${entry.position}.tlog-proof`, bundle.proof)
    await pack.addJson(`sample/${entry.position}.json`, bundle as unknown as Json)
  }
  return { seed, count, kind, from: 'opened', population, drawn }
}
