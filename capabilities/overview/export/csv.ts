/** What a spreadsheet would run as a formula begins with one of these; an apostrophe makes it text again (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/

/** One line of CSV (RFC 4180). Numbers stay numbers. */
export const csvLine = (cells: readonly (string | number | boolean | null)[]): string =>
  `${cells.map(csvCell).join(',')}\r\n`

function csvCell(value: string | number | boolean | null): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const safe = FORMULA.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) || safe !== value ? `"${safe.replaceAll('"', '""')}"` : safe
}
