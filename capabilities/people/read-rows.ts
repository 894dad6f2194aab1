import type { Text } from '../../kernel/i18n/text.ts'
import { COLUMNS, type Column, plainWord } from './columns.ts'
import { MOST_ROWS, REGISTER_ROWS, type RegisterKind, type RegisterRow } from './contract.ts'
import { type CsvRecord, type Delimiter, parseCsv, rearm } from './csv.ts'
import { type RegisterProblem, shown } from './register-invalid.ts'

/** A file as it was given: its name for messages, and its bytes or text. */
export interface RegisterFile {
  readonly file: string
  readonly content: Uint8Array | string
}

/** A row and where it stands. */
export interface PlacedRow<K extends RegisterKind> {
  readonly file: string
  readonly line: number
  readonly row: RegisterRow<K>
}

const MOST_BYTES = 10 * 1024 * 1024

/**
 * Reads the rows of one kind from a CSV file: UTF-8 with or without byte order mark, separated by semicolon, comma or
 * tab, headers in German or English in any order. Problems are added to the list; the rows are those that were read.
 */
export function readRows<K extends RegisterKind>(
  kind: K,
  given: RegisterFile,
  problems: RegisterProblem[],
): readonly PlacedRow<K>[] {
  const complain = (line: number, reason: Text) => problems.push({ file: given.file, line, reason })
  const text = decode(given.content)
  if (typeof text !== 'string') {
    complain(1, text)
    return []
  }
  const records = parseTable(kind, text)
  if ('reason' in records) {
    complain(records.line, records.reason)
    return []
  }
  const [header, ...body] = records
  if (header === undefined) {
    complain(1, {
      de: `die Kopfzeile fehlt: ${headers(kind, 'de')}`,
      en: `the header is missing: ${headers(kind, 'en')}`,
    })
    return []
  }
  const columns = arrange(kind, header, complain)
  if (columns === null) return []
  if (body.length > MOST_ROWS) {
    complain(body[MOST_ROWS]?.line ?? 1, { de: `mehr als ${MOST_ROWS} Zeilen`, en: `more than ${MOST_ROWS} lines` })
    return []
  }
  const rows: PlacedRow<K>[] = []
  for (const record of body) {
    const row = readRow(kind, columns, record, complain)
    if (row !== null) rows.push({ file: given.file, line: record.line, row })
  }
  return rows
}

type Complain = (line: number, reason: Text) => void

function decode(content: Uint8Array | string): string | Text {
  const size = typeof content === 'string' ? Buffer.byteLength(content) : content.byteLength
  if (size > MOST_BYTES)
    return {
      de: 'die Datei ist größer als 10 MiB',
      en: 'the file is larger than 10 MiB',
    }
  try {
    const text = typeof content === 'string' ? content : new TextDecoder('utf-8', { fatal: true }).decode(content)
    return text.replace(/^\uFEFF/, '').toWellFormed()
  } catch {
    return {
      de: 'die Datei ist nicht in UTF-8; in der Tabellenkalkulation „CSV UTF-8“ wählen',
      en: 'the file is not UTF-8; choose “CSV UTF-8” in the spreadsheet',
    }
  }
}

/** Tries the delimiters and keeps the one whose first record has the most known headers. */
function parseTable(kind: RegisterKind, text: string): ReturnType<typeof parseCsv> {
  const named = /^sep=(.)\r?\n/i.exec(text)
  const body = named === null ? text : text.slice(named[0].length)
  const firstLine = named === null ? 1 : 2
  const head = body.slice(0, 4096).split(/[\r\n]/, 1)[0] ?? ''
  const known = (delimiter: Delimiter) =>
    head.split(delimiter).filter((h) => columnOf(kind, h.replaceAll('"', '')) !== undefined).length
  const delimiter = ([';', ',', '\t'] as const).reduce((best, next) => (known(next) > known(best) ? next : best))
  return parseCsv(body, delimiter, firstLine)
}

const columnOf = (kind: RegisterKind, header: string): Column | undefined => {
  const word = plainWord(header.trim())
  return COLUMNS[kind].find((c) => [c.field, c.header.de, c.header.en].some((h) => plainWord(h) === word))
}

const headers = (kind: RegisterKind, lang: 'de' | 'en'): string => COLUMNS[kind].map((c) => c.header[lang]).join(', ')

/** Which column stands where; null where the header does not fit. */
function arrange(kind: RegisterKind, header: CsvRecord, complain: Complain): readonly (Column | null)[] | null {
  const columns: (Column | null)[] = []
  for (const cell of header.cells) {
    const column = columnOf(kind, rearm(cell.trim()))
    if (column === undefined && cell.trim() !== '') {
      complain(header.line, {
        de: `die Spalte „${shown(cell)}“ ist unbekannt; bekannt sind ${headers(kind, 'de')}`,
        en: `the column “${shown(cell)}” is unknown; known are ${headers(kind, 'en')}`,
      })
      return null
    }
    if (column !== undefined && columns.includes(column)) {
      complain(header.line, {
        de: `die Spalte „${column.header.de}“ kommt zweimal vor`,
        en: `the column “${column.header.en}” appears twice`,
      })
      return null
    }
    columns.push(column ?? null)
  }
  const missing = COLUMNS[kind].find((c) => c.optional !== true && !columns.includes(c))
  if (missing === undefined) return columns
  complain(header.line, {
    de: `die Spalte „${missing.header.de}“ fehlt; erwartet werden ${headers(kind, 'de')}`,
    en: `the column “${missing.header.en}” is missing; expected are ${headers(kind, 'en')}`,
  })
  return null
}

function readRow<K extends RegisterKind>(
  kind: K,
  columns: readonly (Column | null)[],
  record: CsvRecord,
  complain: Complain,
): RegisterRow<K> | null {
  const surplus = record.cells.slice(columns.length).some((c) => c.trim() !== '')
  if (surplus || record.cells.length < columns.length) {
    complain(record.line, {
      de: `${record.cells.length} Felder, die Kopfzeile hat ${columns.length}`,
      en: `${record.cells.length} cells, the header has ${columns.length}`,
    })
    return null
  }
  const values: Record<string, unknown> = {}
  for (const [index, column] of columns.entries()) {
    const cell = rearm((record.cells[index] ?? '').trim())
    if (column === null && cell === '') continue
    if (column === null) {
      complain(record.line, { de: `Feld ${index + 1} hat keine Überschrift`, en: `cell ${index + 1} has no header` })
      return null
    }
    const value = cellValue(column, cell)
    const schema = REGISTER_ROWS[kind].shape[column.field as never] as {
      safeParse(v: unknown): { success: boolean }
    }
    if (!schema.safeParse(value).success) {
      complain(record.line, misfit(column, cell))
      return null
    }
    values[column.field] = value
  }
  return REGISTER_ROWS[kind].parse(values) as RegisterRow<K>
}

function cellValue(column: Column, cell: string): unknown {
  if (cell === '') return column.optional === true ? null : ''
  if (column.words !== undefined) {
    const word = plainWord(cell)
    const found = Object.entries(column.words).find(([value, words]) =>
      [value, words.de, words.en].some((w) => plainWord(w) === word),
    )
    return found?.[0] ?? cell
  }
  const german = column.day === true ? /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(cell) : null
  if (german !== null) return `${german[3]}-${german[2]?.padStart(2, '0')}-${german[1]?.padStart(2, '0')}`
  return cell
}

/** The cell itself is named only where it cannot be a secret that somebody pasted into the wrong column. */
function misfit(column: Column, cell: string): Text {
  const { header, expected } = column
  if (cell === '') {
    return {
      de: `„${header.de}“ ist leer, erwartet wird ${expected.de}`,
      en: `“${header.en}” is empty, expected is ${expected.en}`,
    }
  }
  const short = cell.length <= 24 && (column.words !== undefined || column.day === true)
  return {
    de: `„${header.de}“ passt nicht${short ? ` („${shown(cell)}“)` : ''}, erwartet wird ${expected.de}`,
    en: `“${header.en}” does not fit${short ? ` (“${shown(cell)}”)` : ''}, expected is ${expected.en}`,
  }
}
