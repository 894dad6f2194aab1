/**
 * Distinct values with the time when each was last seen: the number of those seen within a span, in constant time per event
 * however many there are. A linked list in the order of last seeing, beside a map from value to place.
 */
export class DistinctWindow {
  readonly #places = new Map<string, number>()
  readonly #values: string[] = []
  readonly #times: number[] = []
  readonly #next: number[] = []
  readonly #before: number[] = []
  readonly #free: number[] = []
  readonly #most: number
  #oldest = -1
  #newest = -1

  /** `most`: values beyond it make no difference to the condition, so the oldest goes. */
  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#places.size
  }

  add(time: number, value: string): void {
    let place = this.#places.get(value)
    if (place === undefined) {
      if (this.#places.size >= this.#most) this.#drop()
      place = this.#free.pop() ?? this.#values.length
      this.#values[place] = value
      this.#places.set(value, place)
    } else {
      if (place === this.#newest) {
        this.#times[place] = time
        return
      }
      this.#unlink(place)
    }
    this.#times[place] = time
    this.#next[place] = -1
    this.#before[place] = this.#newest
    if (this.#newest >= 0) this.#next[this.#newest] = place
    else this.#oldest = place
    this.#newest = place
  }

  /** Forgets what was last seen before a time. */
  expire(before: number): void {
    while (this.#oldest >= 0 && (this.#times[this.#oldest] as number) < before) this.#drop()
  }

  /** Times and values, in the order of last seeing. */
  entries(): [number, string][] {
    const entries: [number, string][] = []
    for (let place = this.#oldest; place >= 0; place = this.#next[place] as number) {
      entries.push([this.#times[place] as number, this.#values[place] as string])
    }
    return entries
  }

  #drop(): void {
    const place = this.#oldest
    this.#unlink(place)
    this.#places.delete(this.#values[place] as string)
    this.#values[place] = ''
    this.#free.push(place)
  }

  #unlink(place: number): void {
    const [before, next] = [this.#before[place] as number, this.#next[place] as number]
    if (before >= 0) this.#next[before] = next
    else this.#oldest = next
    if (next >= 0) this.#before[next] = before
    else this.#newest = before
  }
}
