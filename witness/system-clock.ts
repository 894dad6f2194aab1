import type { Clock } from './terminal.ts'

/** The one place of the stand-alone witness that asks for the time. */
export const systemClock: Clock = {
  now: () => new Date(),
}
