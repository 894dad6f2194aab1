/** Reads a sequence one ahead, so that two sorted ones can be walked side by side. */
export class Peek<T> {
  readonly #from: AsyncIterator<T>
  #next: T | null = null
  #done = false

  constructor(from: AsyncIterable<T>) {
    this.#from = from[Symbol.asyncIterator]()
  }

  /** The next one, which stays; null at the end. */
  async peek(): Promise<T | null> {
    if (this.#next === null && !this.#done) {
      const result = await this.#from.next()
      if (result.done === true) this.#done = true
      else this.#next = result.value
    }
    return this.#next
  }

  /** The next one, which goes; null at the end. */
  async take(): Promise<T | null> {
    const value = await this.peek()
    this.#next = null
    return value
  }
}
