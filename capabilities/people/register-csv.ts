import type { Lang } from '../../kernel/i18n/text.ts'
import { COLUMNS } from './columns.ts'
import { REGISTER_KINDS, type Register, type RegisterImport, type RegisterKind, type RegisterRow } from './contract.ts'
import { writeCsv } from './csv.ts'
import { type RegisterFile, readRows } from './read-rows.ts'
import type { RegisterProblem } from './register-invalid.ts'
import { type RegisterChange, settleRegister } from './settle-register.ts'

/** A register without anybody. */
export const EMPTY_REGISTER: Register = {
  person: [],
  service_account: [],
  account_owner: [],
  entitlement: [],
  enrolled_key: [],
}

/**
 * Reads CSV files into the register: a kind that is given replaces the stored one as a whole, the others stay, and the
 * outcome is checked as one. The rows are those of the facts of the same names.
 *
 * @param files - per kind a file of at most 10 MiB and 100,000 lines
 * @param previous - what is stored now
 * @throws {BergfriedError} `register.invalid` with file, line and what was expected; `others` counts further problems
 */
export function parseRegister(
  files: { readonly [K in RegisterKind]?: RegisterFile },
  previous: Register = EMPTY_REGISTER,
): Register {
  const problems: RegisterProblem[] = []
  const change = Object.fromEntries(
    REGISTER_KINDS.flatMap((kind) => {
      const given = files[kind]
      return given === undefined ? [] : [[kind, { file: given.file, rows: readRows(kind, given, problems) }]]
    }),
  ) as RegisterChange
  return settleRegister(change, previous, problems)
}

/**
 * The same for an import as JSON, already validated by the schema `RegisterImport`. Places are the kind and the number
 * of the row in it, from 1.
 *
 * @throws {BergfriedError} `register.invalid`
 */
export function takeRegister(body: RegisterImport, previous: Register = EMPTY_REGISTER): Register {
  const change = Object.fromEntries(
    REGISTER_KINDS.flatMap((kind) => {
      const rows = body[kind]
      if (rows === undefined) return []
      return [[kind, { file: kind, rows: rows.map((row, index) => ({ file: kind, line: index + 1, row })) }]]
    }),
  ) as RegisterChange
  return settleRegister(change, previous)
}

/** The header line of a kind, to begin a file with: semicolons in German, commas in English, as spreadsheets expect. */
export const templateCsv = (kind: RegisterKind, lang: Lang): string => registerCsv(kind, [], lang)

/** Rows as a CSV file that {@link parseRegister} reads back, and that starts no formula in a spreadsheet. */
export function registerCsv<K extends RegisterKind>(kind: K, rows: readonly RegisterRow<K>[], lang: Lang): string {
  const columns = COLUMNS[kind]
  const cells = rows.map((row) =>
    columns.map((column) => {
      const value = (row as Record<string, string | null>)[column.field] ?? ''
      return column.words?.[value]?.[lang] ?? value
    }),
  )
  return `\uFEFF${writeCsv([columns.map((c) => c.header[lang]), ...cells], lang === 'de' ? ';' : ',')}`
}
