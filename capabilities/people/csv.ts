import type { Text } from '../../kernel/i18n/text.ts'

/** A record of a CSV file: its cells and the line on which it begins, from 1. */
export interface CsvRecord {
  readonly line: number
  readonly cells: readonly string[]
}

/** Why a file is not CSV, and where. */
export interface CsvProblem {
  readonly line: number
  readonly reason: Text
}

export type Delimiter = ';' | ',' | '\t'

/**
 * Parses CSV (RFC 4180): quoted cells with doubled quotes, line breaks inside them, CRLF, LF or CR between records.
 * Records without any content are left out, as spreadsheets like to add them.
 *
 * Strict where a lenient reader would guess: a quote inside a bare cell, text after a closing quote and a quote that
 * never closes are problems.
 *
 * @param firstLine - number of the first line of `text`
 */
export function parseCsv(text: string, delimiter: Delimiter, firstLine = 1): readonly CsvRecord[] | CsvProblem {
  const records: CsvRecord[] = []
  let line = firstLine
  let start = line
  let cells: string[] = []
  let at = 0
  for (;;) {
    const cell = text[at] === '"' ? quotedCell(text, at, line) : bareCell(text, at, delimiter, line)
    if ('reason' in cell) return cell
    cells.push(cell.value)
    at = cell.end
    line += cell.breaks
    if (text[at] === delimiter) {
      at += 1
      continue
    }
    if (at < text.length && !isBreak(text[at])) return { line, reason: AFTER_QUOTE }
    if (cells.some((c) => c.trim() !== '')) records.push({ line: start, cells })
    if (at >= text.length) return records
    at += text.startsWith('\r\n', at) ? 2 : 1
    line += 1
    start = line
    cells = []
    if (at >= text.length) return records
  }
}

/** Records as CSV with CRLF; cells are quoted where needed and never begin a formula in a spreadsheet. */
export function writeCsv(rows: readonly (readonly string[])[], delimiter: Delimiter): string {
  const quoted = (cell: string) => (/["\r\n;,\t]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
  return rows.map((cells) => `${cells.map((cell) => quoted(disarm(cell))).join(delimiter)}\r\n`).join('')
}

// What makes a spreadsheet take a cell for a formula, ASCII and full width.
const FORMULA = /^'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/

/** Puts an apostrophe before a cell that a spreadsheet would execute. {@link rearm} takes it away again. */
export const disarm = (cell: string): string => (FORMULA.test(cell) ? `'${cell}` : cell)

export const rearm = (cell: string): string => (cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell)

interface Cell {
  readonly value: string
  /** Where the cell ends: at a delimiter, a line break or the end of the text. */
  readonly end: number
  /** Line breaks inside. */
  readonly breaks: number
}

const isBreak = (c: string | undefined): boolean => c === '\n' || c === '\r'

function bareCell(text: string, from: number, delimiter: Delimiter, line: number): Cell | CsvProblem {
  let end = from
  while (end < text.length && text[end] !== delimiter && !isBreak(text[end])) {
    if (text[end] === '"') return { line, reason: STRAY_QUOTE }
    end += 1
  }
  return { value: text.slice(from, end), end, breaks: 0 }
}

function quotedCell(text: string, from: number, line: number): Cell | CsvProblem {
  const parts: string[] = []
  let at = from + 1
  for (;;) {
    const quote = text.indexOf('"', at)
    if (quote === -1) return { line, reason: OPEN_QUOTE }
    if (text[quote + 1] !== '"') {
      parts.push(text.slice(at, quote))
      const value = parts.join('')
      return {
        value,
        end: quote + 1,
        breaks: value.match(/\r\n|\r|\n/g)?.length ?? 0,
      }
    }
    parts.push(text.slice(at, quote + 1))
    at = quote + 2
  }
}

const STRAY_QUOTE: Text = {
  de: 'ein Anführungszeichen mitten im Feld; das ganze Feld in Anführungszeichen setzen und das Zeichen verdoppeln',
  en: 'a quotation mark inside a cell; put the whole cell into quotation marks and double the mark',
}
const AFTER_QUOTE: Text = {
  de: 'nach dem schließenden Anführungszeichen wird ein Trennzeichen oder das Ende der Zeile erwartet',
  en: 'a delimiter or the end of the line is expected after the closing quotation mark',
}
const OPEN_QUOTE: Text = {
  de: 'das Anführungszeichen, das hier beginnt, wird nie geschlossen',
  en: 'the quotation mark that opens here is never closed',
}
