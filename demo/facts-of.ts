import type { Fact, FactKind } from '../facts/kinds.ts'

/** What is true of one made-up system at an instant: rows per kind, each kind typed as its fact. */
export type FactsOf = { [K in FactKind]?: readonly Fact<K>[] }

const DAY_MS = 86_400_000

/** Midnight (UTC) of the day of an instant, and so many days later. */
export const dayStart = (at: Date, days = 0): Date => new Date(Math.floor(at.getTime() / DAY_MS + days) * DAY_MS)

/** Number of the day (UTC) since 1970. */
export const dayNumber = (at: Date): number => Math.floor(at.getTime() / DAY_MS)

/** The day (UTC) as 2026-11-23. */
export const isoDay = (at: Date): string => at.toISOString().slice(0, 10)

/** An instant in the form in which facts hold one. */
export const instantOf = (day: Date, hour: number, minute = 0): string =>
  new Date(day.getTime() + (hour * 60 + minute) * 60_000).toISOString()
