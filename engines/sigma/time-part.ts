import type { TimeUnit } from './ir.ts'

const DATE = /^\s*(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2}))?/

/**
 * A part of a date as it is written: nothing is converted between time zones (Sigma Modifiers 2.1, Time Modifiers).
 * Reads ISO 8601 and RFC 3339 (`2026-05-04T21:07:…`, with a space, too); null for every other text, and for hours and
 * minutes of a date without time. Weeks are those of ISO 8601: 1 to 53.
 */
export function timePart(text: string, unit: TimeUnit): number | null {
  const found = DATE.exec(text)
  if (found === null) return null
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])]
  if (month < 1 || month > 12 || day < 1 || day > 31) return null
  if (unit === 'year') return year
  if (unit === 'month') return month
  if (unit === 'day') return day
  if (unit === 'week') return weekOf(year, month, day)
  if (found[4] === undefined) return null
  const part = Number(unit === 'hour' ? found[4] : found[5])
  return part <= (unit === 'hour' ? 23 : 59) ? part : null
}

/** The week belongs to the year of its Thursday. */
function weekOf(year: number, month: number, day: number): number {
  const date = daysFrom(year, month, day)
  // 1970-01-01 was a Thursday: days counted from it give weekdays with Thursday at 0.
  const thursday = date - ((((date + 3) % 7) + 7) % 7) + 3
  let of = year
  while (daysFrom(of, 1, 1) > thursday) of--
  while (daysFrom(of + 1, 1, 1) <= thursday) of++
  return Math.floor((thursday - daysFrom(of, 1, 1)) / 7) + 1
}

const daysFrom = (year: number, month: number, day: number): number => Date.UTC(year, month - 1, day) / 86_400_000
