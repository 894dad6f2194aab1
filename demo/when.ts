import { dayStart } from './facts-of.ts'
import { noiseBetween } from './noise.ts'

/**
 * A moment of the story: so many days before the day on which the demo was made, and the time of day (UTC). Without one,
 * when the systems are read on that day.
 */
export interface When {
  readonly day: number
  readonly at?: `${number}:${number}`
}

export const on = (day: number, at?: When['at']): When => (at === undefined ? { day } : { day, at })

/** @param made - when the demo was made */
export function instantOfStory(when: When, made: Date): Date {
  const [hour = 0, minute = 0] = (when.at ?? readingTime(when.day)).split(':').map(Number)
  return new Date(dayStart(made, when.day).getTime() + (hour * 60 + minute) * 60_000)
}

/** The systems of the past were read once a day, at another time each day. */
const readingTime = (day: number): string => `${noiseBetween(6, 18, 'hour', day)}:${noiseBetween(0, 59, 'minute', day)}`
