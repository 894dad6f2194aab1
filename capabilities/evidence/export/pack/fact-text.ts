import { FACTS, type FactKind } from '../../../../facts/kinds.ts'
import { factDigest } from '../../../../kernel/collect/population.ts'
import { columnsOf } from '../../../../kernel/db/fact-tables.ts'

/** Columns of a kind's table as they are read for an export: days and instants as texts. */
export const factColumns = (kind: FactKind): string =>
  columnsOf(kind)
    .map(({ column, type }) => {
      if (type === 'date') return `f.${column}::text`
      if (type !== 'timestamptz') return `f.${column}`
      return `to_char(f.${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') as ${column}`
    })
    .join(', ')

type Written = (micros: string) => string

/** The ways in which connectors write an instant: the column keeps the instant, the identity was made from the text. */
const INSTANTS: readonly [Written, ...Written[]] = [
  (micros) => `${micros.slice(0, 23)}Z`,
  (micros) => `${micros.replace(/\.?0*$/, '')}Z`,
  (micros) => `${micros}Z`,
]

/**
 * The JSON text of a stored fact from which its identity was made, and whether the identity follows from it. A row that is
 * older than the last columns of its kind was made without them: they are empty, and left out where that gives the identity.
 *
 * @param row - the values of {@link factColumns}
 * @param id - the stored identity
 */
export function factText(
  kind: FactKind,
  row: Readonly<Record<string, unknown>>,
  id: string,
): { text: string; exact: boolean } {
  const columns = columnsOf(kind)
  const text = (written: (micros: string) => string, count: number) =>
    JSON.stringify(
      Object.fromEntries(
        columns.slice(0, count).map(({ column, type }) => {
          const value = row[column] ?? null
          return [column, type === 'timestamptz' && typeof value === 'string' ? written(value) : value]
        }),
      ),
    )
  const [plain, ...others] = INSTANTS
  const ways = columns.some((c) => c.type === 'timestamptz') ? [plain, ...others] : [plain]
  for (let count = columns.length; count > 0; count--) {
    for (const way of ways) {
      const candidate = text(way, count)
      if (factDigest(kind, candidate) === id) return { text: candidate, exact: true }
    }
    const last = columns[count - 1]
    if (last === undefined || (row[last.column] ?? null) !== null) break
  }
  return { text: text(plain, columns.length), exact: false }
}

/** Whether facts of a kind speak of people: the register does. */
export const isPersonal = (kind: FactKind): boolean => FACTS.get(kind)?.about === 'register'
