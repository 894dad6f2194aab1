import { Readable } from 'node:stream'
import type { Lang } from '../../../kernel/i18n/text.ts'
import type { ExportColumn } from './cells.ts'
import { csvLine } from './csv.ts'

/** Rows from a place on. */
export type ReadRows<R> = (offset: number, limit: number) => Promise<readonly R[]>

const AT_ONCE = 2_000
const BYTE_ORDER_MARK = '\ufeff'

interface Exported<R> {
  readonly format: 'csv' | 'json'
  readonly lang: Lang
  readonly columns: readonly ExportColumn<R>[]
  readonly read: ReadRows<R>
}

/** A table as a file, piece by piece: as fast as the reader takes it, and never whole in memory. */
export const exportStream = <R>(table: Exported<R>): Readable => Readable.from(pieces(table), { objectMode: false })

async function* pieces<R>({ format, lang, columns, read }: Exported<R>): AsyncGenerator<string> {
  yield format === 'csv' ? BYTE_ORDER_MARK + csvLine(columns.map((c) => c.title[lang])) : '[\n'
  for (let offset = 0; ; offset += AT_ONCE) {
    const rows = await read(offset, AT_ONCE)
    const first = offset === 0
    if (rows.length > 0) {
      yield format === 'csv'
        ? rows.map((row) => csvLine(columns.map((c) => c.cell(row, lang)))).join('')
        : `${first ? '' : ',\n'}${rows.map((row) => JSON.stringify(row)).join(',\n')}`
    }
    if (rows.length < AT_ONCE) break
  }
  if (format === 'json') yield '\n]\n'
}
