import { Readable } from 'node:stream'
import type { Lang } from '../../../kernel/i18n/text.ts'
import type { ExportColumn } from './cells.ts'
import { csvLine } from './csv.ts'

/** Rows of a table, a few at a time. */
export type Batches<R> = AsyncIterable<readonly R[]>

const AT_ONCE = 1000
const BYTE_ORDER_MARK = '\ufeff'

interface Exported<R> {
  readonly format: 'csv' | 'json'
  readonly lang: Lang
  readonly columns: readonly ExportColumn<R>[]
  readonly batches: Batches<R>
}

/** A table as a file, piece by piece: read as fast as the reader takes it, and never whole in memory. */
export const exportStream = <R>(table: Exported<R>): Readable =>
  Readable.from(pieces(table), { objectMode: false, highWaterMark: 64 * 1024 })

async function* pieces<R>({ format, lang, columns, batches }: Exported<R>): AsyncGenerator<string> {
  yield format === 'csv' ? BYTE_ORDER_MARK + csvLine(columns.map((c) => c.title[lang])) : '[\n'
  let before = ''
  for await (const rows of batches) {
    if (rows.length === 0) continue
    if (format === 'csv') yield rows.map((row) => csvLine(columns.map((c) => c.cell(row, lang)))).join('')
    else yield before + rows.map((row) => JSON.stringify(row)).join(',\n')
    before = ',\n'
  }
  if (format === 'json') yield '\n]\n'
}

/** What is read once, in pieces. */
export async function* inBatches<R>(read: () => Promise<readonly R[]>): Batches<R> {
  const rows = await read()
  for (let i = 0; i < rows.length; i += AT_ONCE) yield rows.slice(i, i + AT_ONCE)
}

/** Rows that are fetched by their numbers when it is their turn: membership and order are those of the beginning. */
export async function* byNumbers<R>(
  list: () => Promise<Float64Array>,
  rowsOf: (numbers: Float64Array) => Promise<readonly R[]>,
): Batches<R> {
  const numbers = await list()
  for (let i = 0; i < numbers.length; i += AT_ONCE) yield rowsOf(numbers.subarray(i, i + AT_ONCE))
}
