/** Runs tasks of one key one after the other, of different keys side by side. */
export class Serial {
  readonly #last = new Map<string, { readonly done: Promise<unknown>; waiting: number }>()
  readonly #most: number

  /** @param most - how many tasks of one key may wait */
  constructor(most: number) {
    this.#most = most
  }

  /** @returns what the task returns, or null where too many wait already */
  async run<T>(key: string, task: () => Promise<T>): Promise<T | null> {
    const before = this.#last.get(key)
    const waiting = (before?.waiting ?? 0) + 1
    if (waiting > this.#most) return null
    const result = (before?.done ?? Promise.resolve()).then(task, task)
    const done = result.then(
      () => undefined,
      () => undefined,
    )
    const mine = { done, waiting }
    this.#last.set(key, mine)
    try {
      return await result
    } finally {
      const now = this.#last.get(key)
      if (now === mine) this.#last.delete(key)
      else if (now !== undefined) now.waiting -= 1
    }
  }
}
