/** A column to sort by, taken from the query string: `name`, or `-name` for the other direction. */
export interface Order<C extends string> {
  readonly column: C
  readonly down: boolean
}

/** What is asked for where it is one of the columns, else the default. Nothing of the query reaches SQL. */
export function orderOf<C extends string>(sort: string, columns: readonly C[], otherwise: Order<C>): Order<C> {
  const down = sort.startsWith('-')
  const wanted = down ? sort.slice(1) : sort
  const column = columns.find((c) => c === wanted)
  return column === undefined ? otherwise : { column, down }
}

/** Words that must all occur, lower case; at most ten. */
export const wordsOf = (q: string): readonly string[] => q.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 10)

/** Whether all words occur somewhere in the texts. */
export function hasAll(words: readonly string[], ...texts: readonly (string | null)[]): boolean {
  if (words.length === 0) return true
  const all = texts.join('\n').toLowerCase()
  return words.every((w) => all.includes(w))
}

/** A pattern for LIKE that means these very characters. */
export const likely = (text: string): string => `%${text.replace(/[\\%_]/g, (c) => `\\${c}`)}%`

/** Sorts a copy; equal ones by their key, so that pages fit together. */
export function sorted<T>(
  rows: readonly T[],
  down: boolean,
  by: (row: T) => string | number | null,
  key: (row: T) => string | number,
): readonly T[] {
  const sign = down ? -1 : 1
  return [...rows].sort((a, b) => sign * order(by(a), by(b)) || order(key(a), key(b)))
}

const collator = new Intl.Collator('de', { numeric: true })
function order(a: string | number | null, b: string | number | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1
  return typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b))
}
