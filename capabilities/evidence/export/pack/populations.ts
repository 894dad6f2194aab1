import type { FactKind } from '../../../../facts/kinds.ts'
import type { Transaction } from '../../../../kernel/db/database.ts'
import { rowsOf } from '../cursor.ts'
import { factColumns, factText, isPersonal } from './fact-text.ts'
import type { FactLine, PeriodLine } from './pack-format.ts'
import type { PackWriter } from './pack-writer.ts'

export interface PopulationCounts {
  facts: number
  inexact: number
  withheld: number
  periods: number
}

interface PopulationInput {
  readonly kinds: readonly FactKind[]
  readonly from: Date
  readonly to: Date
  readonly positions: readonly [number, number] | null
  readonly openPersonal: boolean
}

/**
 * Writes the populations: per kind the facts that held at some time of the window, by system and beginning, and which
 * population the collections of the window stated. The first must give the digests of the second, see verify-populations.ts.
 */
export async function writePopulations(
  tx: Transaction,
  pack: PackWriter,
  input: PopulationInput,
): Promise<PopulationCounts> {
  const counts: PopulationCounts = { facts: 0, inexact: 0, withheld: 0, periods: 0 }
  const span = await spanOf(tx, input)
  for (const kind of input.kinds) {
    const rows = pack.lines(`populations/${kind}/rows`)
    for await (const line of factLines(tx, kind, { ...input, ...span }, counts)) {
      if (line.text === null) counts.withheld++
      await rows.add(line)
    }
    await rows.close()
    const periods = pack.lines(`populations/${kind}/periods`)
    if (input.positions !== null) {
      for await (const line of periodLines(tx, kind, input.positions)) await periods.add(line)
    }
    await periods.close()
    counts.facts += rows.count
    counts.periods += periods.count
  }
  return counts
}

/**
 * The window, made longer by the collections whose entries lie in it: an entry may stand between others that are older or
 * younger, and what its collection found must be there in full.
 */
async function spanOf(tx: Transaction, { from, to, positions }: PopulationInput): Promise<{ from: Date; to: Date }> {
  if (positions === null) return { from, to }
  const [row] = await tx.query<{ first: Date; last: Date }>(
    `select least($1::timestamptz, min((body::jsonb ->> 'began')::timestamptz)) as first,
       greatest($2::timestamptz, max((body::jsonb ->> 'began')::timestamptz)) as last
     from evidence.entry where kind = 'collection' and body is not null and position between $3 and $4`,
    [from, to, ...positions],
  )
  return { from: row?.first ?? from, to: row?.last ?? to }
}

interface FactRow {
  readonly digest: string
  readonly system_name: string
  readonly valid_from: Date
  readonly until: Date | null
  readonly [column: string]: unknown
}

/**
 * What ends after the window is told as still true: a pack of a time that is past says the same for ever. Values of the
 * register are held back; the row of a person who left it is held back even where the others are shown, because
 * that person may have been erased from the evidence.
 */
async function* factLines(
  tx: Transaction,
  kind: FactKind,
  input: PopulationInput,
  counts: PopulationCounts,
): AsyncGenerator<FactLine> {
  const { from, to, openPersonal } = input
  const personal = isPersonal(kind)
  const rows = rowsOf<FactRow>(
    tx,
    `facts_${kind}`,
    `select f.digest, s.name as system_name, f.valid_from, case when f.valid_to <= $2 then f.valid_to end as until,
       f.valid_to = 'infinity' as standing, ${factColumns(kind)}
     from fact.${kind} f join desk.system s on s.id = f.system_id
     where f.valid_from <= $2 and f.valid_to > $1
     order by s.name collate "C", f.valid_from, f.digest`,
    [from, to],
  )
  for await (const row of rows) {
    const { text, exact } = factText(kind, row, row.digest)
    const withheld = personal && !(openPersonal && row['standing'] === true)
    if (!exact && !withheld) counts.inexact++
    yield {
      id: row.digest,
      system: row.system_name,
      text: withheld ? null : text,
      validFrom: row.valid_from.toISOString(),
      validTo: row.until?.toISOString() ?? null,
    }
  }
}

/** Collections of a system that one after another stated the same population of a kind, as one line. */
async function* periodLines(
  tx: Transaction,
  kind: FactKind,
  positions: readonly [number, number],
): AsyncGenerator<PeriodLine> {
  const rows = rowsOf<{
    system: string
    digest: string
    rows: number
    collections: number
    first: number
    last: number
    first_began: string
    last_began: string
  }>(
    tx,
    `periods_${kind}`,
    `with told as (
       select e.position, e.body::jsonb ->> 'system' as system, e.body::jsonb ->> 'began' as began,
         e.body::jsonb #>> array['kinds', $1::text, 'digest'] as digest,
         (e.body::jsonb #>> array['kinds', $1::text, 'rows'])::bigint as rows
       from evidence.entry e
       where e.kind = 'collection' and e.position between $2 and $3 and e.body::jsonb -> 'kinds' ? $1::text),
     marked as (
       select *, digest is distinct from lag(digest) over w as fresh from told
       window w as (partition by system order by position)),
     numbered as (
       select *, count(*) filter (where fresh) over (partition by system order by position) as period from marked)
     select system, digest, rows, count(*) as collections, min(position) as first, max(position) as last,
       min(began) as first_began, max(began) as last_began
     from numbered group by system, period, digest, rows order by system collate "C", first`,
    [kind, ...positions],
  )
  for await (const row of rows) {
    yield {
      system: row.system,
      digest: row.digest,
      rows: row.rows,
      collections: row.collections,
      first: { began: row.first_began, position: row.first },
      last: { began: row.last_began, position: row.last },
    }
  }
}
