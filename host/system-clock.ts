export interface Clock {
  now(): Date
}

/** The one place of this program that asks for the time. */
export const systemClock: Clock = {
  now: () => new Date(),
}
