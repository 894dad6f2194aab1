/** The only source of "now" in the product. Tests pass {@link fixedClock} or {@link handClock}. */
export interface Clock {
  /** Current instant, UTC. */
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

export const fixedClock = (iso: string): Clock => ({ now: () => new Date(iso) })

/** A clock that a test moves by hand. */
export function handClock(iso: string): Clock & { advance(ms: number): void } {
  let at = Date.parse(iso)
  return {
    now: () => new Date(at),
    advance: (ms) => {
      at += ms
    },
  }
}
