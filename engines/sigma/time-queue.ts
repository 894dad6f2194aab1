/** A ring of times, with a number beside each: first in, first out, growing as needed. */
export class TimeQueue {
  #times: Float64Array
  #values: Float64Array
  #head = 0
  #size = 0

  constructor(capacity = 8) {
    this.#times = new Float64Array(capacity)
    this.#values = new Float64Array(capacity)
  }

  get size(): number {
    return this.#size
  }

  /** Oldest time; infinite where the queue is empty. */
  get oldest(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : (this.#times[this.#head] as number)
  }

  push(time: number, value: number): void {
    if (this.#size === this.#times.length) this.#grow()
    const at = (this.#head + this.#size) & (this.#times.length - 1)
    this.#times[at] = time
    this.#values[at] = value
    this.#size++
  }

  /** Takes the oldest away and gives its number. */
  shift(): number {
    const value = this.#values[this.#head] as number
    this.#head = (this.#head + 1) & (this.#times.length - 1)
    this.#size--
    return value
  }

  /** Times and numbers, oldest first. */
  entries(): [number, number][] {
    return Array.from({ length: this.#size }, (_, i): [number, number] => {
      const at = (this.#head + i) & (this.#times.length - 1)
      return [this.#times[at] as number, this.#values[at] as number]
    })
  }

  #grow(): void {
    const old = this.entries()
    const capacity = this.#times.length * 2
    this.#times = new Float64Array(capacity)
    this.#values = new Float64Array(capacity)
    this.#head = 0
    for (const [i, [time, value]] of old.entries()) {
      this.#times[i] = time
      this.#values[i] = value
    }
  }
}
