import type { Incident } from './incident.ts'
import { OPEN_INCIDENTS } from './story-open.ts'
import { PAST_INCIDENTS } from './story-past.ts'
import { instantOfStory, on, type When } from './when.ts'

/** The demo company's past begins so many days before it was made. */
export const FIRST_DAY = -90

/** Nobody reads a system for a while; null: no system at all. */
interface Pause {
  readonly system: string | null
  readonly from: When
  readonly to: When | null
}

export const INCIDENTS: readonly Incident[] = [...PAST_INCIDENTS, ...OPEN_INCIDENTS]

const PAUSES: readonly Pause[] = [
  // The collector is down from the night until the afternoon.
  { system: null, from: on(-41, '02:00'), to: on(-41, '14:30') },
  // Somebody took this endpoint out of the readings to move it, and it was forgotten.
  { system: 'tls-status', from: on(-2, '03:00'), to: null },
]

/** While nobody reads, the judge goes on looking at the clock at these times. */
const JUDGED_WITHOUT_READING: readonly When[] = [on(-41, '03:20'), on(-41, '08:40')]

/** Readings besides the daily one, because something happened in between. */
const EXTRA_READINGS: readonly When[] = [on(-41, '01:55')]

/** Days on which the register of people is imported. */
export const REGISTER_DAYS: readonly number[] = [FIRST_DAY, -40, -24, -15, -4]

/** Whether a system is read at an instant. */
export function isRead(system: string, at: Date, made: Date): boolean {
  return !PAUSES.some(
    (pause) =>
      (pause.system === null || pause.system === system) &&
      instantOfStory(pause.from, made) <= at &&
      (pause.to === null || at < instantOfStory(pause.to, made)),
  )
}

/** Every instant of the past at which something is looked at, in order; the last one is when the demo was made. */
export function instantsOfStory(made: Date): readonly Date[] {
  const days = Array.from({ length: -FIRST_DAY }, (_, n) => on(FIRST_DAY + n))
  const ends = [...INCIDENTS, ...PAUSES].flatMap((i) => (i.to === null ? [i.from] : [i.from, i.to]))
  const moments = [...days, ...ends, ...EXTRA_READINGS, ...JUDGED_WITHOUT_READING]
  const instants = new Set(moments.map((when) => instantOfStory(when, made).getTime()))
  return [...[...instants].filter((at) => at < made.getTime()).sort((a, b) => a - b), made.getTime()].map(
    (at) => new Date(at),
  )
}
