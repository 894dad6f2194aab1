/**
 * How many requests are answered: `most` at once, then `perSecond`. Counted by a timer, because the keeper has no clock
 * that somebody could set.
 */
export class Allowance {
  readonly #timer: NodeJS.Timeout
  #left: number

  constructor(most: number, perSecond: number) {
    this.#left = most
    this.#timer = setInterval(() => {
      this.#left = Math.min(most, this.#left + perSecond / 10)
    }, 100)
    this.#timer.unref()
  }

  take(): boolean {
    if (this.#left < 1) return false
    this.#left -= 1
    return true
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
