/** Something that waits for a point of event time; `seq` orders what waits for the same one. */
export interface Timed {
  readonly at: number
  readonly seq: number
}

/** A binary heap: the earliest comes out first. */
export class TimeHeap<T extends Timed> {
  readonly #items: T[] = []

  get size(): number {
    return this.#items.length
  }

  /** Time of the earliest; infinite where nothing waits. */
  get next(): number {
    return this.#items[0]?.at ?? Number.POSITIVE_INFINITY
  }

  push(item: T): void {
    const items = this.#items
    let at = items.push(item) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      const other = items[above] as T
      if (before(other, item)) break
      items[at] = other
      at = above
    }
    items[at] = item
  }

  pop(): T | undefined {
    const items = this.#items
    const first = items[0]
    const last = items.pop()
    if (first === undefined || last === undefined || items.length === 0) return first
    let at = 0
    for (;;) {
      let below = at * 2 + 1
      if (below >= items.length) break
      if (below + 1 < items.length && before(items[below + 1] as T, items[below] as T)) below++
      const other = items[below] as T
      if (before(last, other)) break
      items[at] = other
      at = below
    }
    items[at] = last
    return first
  }

  /** All that waits, in no order. */
  items(): readonly T[] {
    return this.#items
  }
}

const before = (a: Timed, b: Timed): boolean => a.at < b.at || (a.at === b.at && a.seq < b.seq)
