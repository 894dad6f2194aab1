import { createHash } from 'node:crypto'
import type { FactKind } from '../../../../facts/kinds.ts'
import { factDigest } from '../../../../kernel/collect/population.ts'
import { FactLine, PeriodLine } from '../pack/pack-format.ts'
import { failed } from './failed.ts'
import type { PackReader } from './pack-reader.ts'
import { Peek } from './peek.ts'
import { chained, type StatedPeriods } from './stated-periods.ts'

export interface ProvedPopulations {
  /** Facts whose values give their identity. */
  exact: number
  /** Facts about people whose values are held back: their identity is proved. */
  withheld: number
  periods: number
}

/**
 * Proves the populations of one kind: at the first and the last collection of each period, and at every instant between,
 * exactly the rows of the pack held that the collections stated.
 *
 * @throws {BergfriedError} `verify.failed`
 */
export async function verifyPopulations(
  pack: PackReader,
  kind: string,
  stated: StatedPeriods,
): Promise<ProvedPopulations> {
  const counts: ProvedPopulations = { exact: 0, withheld: 0, periods: 0 }
  const rows = new Peek(checkedRows(pack, kind, counts))
  const periods = new Peek(pack.lines(`populations/${kind}/periods`, PeriodLine))
  for (let head = await periods.peek(); head !== null; head = await periods.peek()) {
    const { system } = head
    const live = new Map<string, number>()
    let chain = ''
    for (let period = head; period.system === system; ) {
      await periods.take()
      await sweep(rows, live, period, kind)
      chain = chained(chain, period)
      counts.periods++
      const next = await periods.peek()
      if (next === null) break
      period = next
    }
    if (stated.take(kind, system) !== chain) throw other(kind, system)
  }
  while ((await rows.take()) !== null);
  return counts
}

async function* checkedRows(pack: PackReader, kind: string, counts: ProvedPopulations): AsyncGenerator<FactLine> {
  let before = ''
  for await (const row of pack.lines(`populations/${kind}/rows`, FactLine)) {
    const key = `${row.system} ${row.validFrom} ${row.id}`
    if (key <= before)
      throw failed(`rows of ${kind} are out of order`, `die Zeilen von ${kind} sind nicht in ihrer Folge`)
    before = key
    if (row.text === null) counts.withheld++
    else if (factDigest(kind as FactKind, row.text) === row.id) counts.exact++
    else throw failed(`fact ${row.id} of ${kind} has other values`, `der Fakt ${row.id} von ${kind} hat andere Werte`)
    yield row
  }
}

/** Moves the rows that hold on to a period, and compares. */
async function sweep(rows: Peek<FactLine>, live: Map<string, number>, period: PeriodLine, kind: string): Promise<void> {
  const { system } = period
  const begin = Date.parse(period.first.began)
  const end = Date.parse(period.last.began)
  for (let row = await rows.peek(); row !== null && row.system <= system; row = await rows.peek()) {
    const from = Date.parse(row.validFrom)
    if (row.system === system && from > begin) {
      if (from > end) break
      throw other(kind, system)
    }
    await rows.take()
    if (row.system === system)
      live.set(row.id, row.validTo === null ? Number.POSITIVE_INFINITY : Date.parse(row.validTo))
  }
  for (const [id, to] of live) {
    if (to <= begin) live.delete(id)
    else if (to <= end) throw other(kind, system)
  }
  const sum = createHash('sha256')
  for (const id of [...live.keys()].sort()) sum.update(id)
  if (live.size !== period.rows || sum.digest('hex') !== period.digest) throw other(kind, system)
}

const other = (kind: string, system: string) =>
  failed(
    `the facts of kind ${kind} about ${system} are not the population that was collected`,
    `die Fakten der Art ${kind} zu ${system} sind nicht die Population, die gelesen wurde`,
  )
