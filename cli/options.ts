import { BergfriedError } from '../kernel/errors.ts'

/** A wrong call, said in both languages. */
export const wrongUsage = (de: string, en: string): BergfriedError =>
  new BergfriedError('usage.invalid', { reason: en, reasonDe: de })

/**
 * An instant given on the command line: a day (its end, UTC) or an ISO 8601 instant.
 *
 * @throws {BergfriedError} `usage.invalid`
 */
export function instantOption(option: string, text: string): Date {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text)
  const full = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text)
  const at = new Date(day ? `${text}T23:59:59Z` : text)
  if ((!day && !full) || Number.isNaN(at.getTime())) {
    throw wrongUsage(
      `${option}: „${text}“ ist kein Zeitpunkt wie 2026-11-01 oder 2026-11-01T03:00Z.`,
      `${option}: “${text}” is no instant such as 2026-11-01 or 2026-11-01T03:00Z.`,
    )
  }
  return at
}

/** An option that must be there. @throws {BergfriedError} `usage.invalid` */
export function required(options: Readonly<Record<string, unknown>>, name: string): string {
  const value = options[name]
  if (typeof value === 'string' && value !== '') return value
  throw wrongUsage(`Es fehlt --${name}. Ausführlich: --help.`, `--${name} is missing. More: --help.`)
}

/** One of a few words. @throws {BergfriedError} `usage.invalid` */
export function oneOf<const T extends string>(value: unknown, allowed: readonly T[], option: string): T {
  const found = allowed.find((one) => one === value)
  if (found !== undefined) return found
  const list = allowed.join(' | ')
  const said = value === undefined ? '' : ` (${String(value)})`
  throw wrongUsage(`${option}${said}: möglich sind ${list}.`, `${option}${said}: possible are ${list}.`)
}
