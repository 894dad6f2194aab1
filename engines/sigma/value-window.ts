import type { CorrelationRule } from './correlation-ir.ts'
import { DistinctWindow } from './distinct-window.ts'
import { SortedList } from './sorted-list.ts'
import { TimeQueue } from './time-queue.ts'

/** What one group of a counting correlation keeps. Times come in ascending order. */
export interface ValueWindow {
  /** Takes an event; true where an older one had to go for lack of room, which changes the value. */
  add(time: number, text: string, number: number): boolean
  /** Forgets what lies before a time. */
  expire(before: number): void
  /** The number that the condition is about; null where nothing is in the window. */
  value(): number | null
  /** What `restore` takes: pairs of time and value, oldest first, and the running sum. */
  save(): SavedWindow
}

export interface SavedWindow {
  readonly entries: readonly (readonly [number, string | number])[]
  readonly sum?: number
  readonly drift?: number
}

/** Makes the window that a correlation wants. `room`: entries that one group may hold. */
export function valueWindow(rule: CorrelationRule, room: number, saved?: SavedWindow): ValueWindow {
  // Beyond the largest bound every number says the same: only so many have to be kept to count exactly.
  const enough = Math.max(1, ...rule.bounds.map(([, bound]) => Math.floor(bound) + 1))
  switch (rule.type) {
    case 'event_count':
      return new CountWindow(enough, saved)
    case 'value_count':
      return new DistinctValues(enough, saved)
    case 'value_sum':
      return new SumWindow(room, false, saved)
    case 'value_avg':
      return new SumWindow(room, true, saved)
    case 'value_min':
      return new RankWindow(room, 0, saved)
    case 'value_max':
      return new RankWindow(room, 100, saved)
    default:
      return new RankWindow(room, rule.type === 'value_median' ? 50 : rule.percentile, saved)
  }
}

class CountWindow implements ValueWindow {
  readonly #times = new TimeQueue()
  readonly #enough: number

  constructor(enough: number, saved?: SavedWindow) {
    this.#enough = enough
    for (const [time] of saved?.entries ?? []) this.#times.push(time, 0)
  }

  add(time: number): boolean {
    if (this.#times.size >= this.#enough) this.#times.shift()
    this.#times.push(time, 0)
    return false
  }

  expire(before: number): void {
    while (this.#times.oldest < before) this.#times.shift()
  }

  value(): number | null {
    return this.#times.size === 0 ? null : this.#times.size
  }

  save(): SavedWindow {
    return { entries: this.#times.entries() }
  }
}

class DistinctValues implements ValueWindow {
  readonly #values: DistinctWindow

  constructor(enough: number, saved?: SavedWindow) {
    this.#values = new DistinctWindow(enough)
    for (const [time, value] of saved?.entries ?? []) this.#values.add(time, String(value))
  }

  add(time: number, text: string): boolean {
    this.#values.add(time, text)
    return false
  }

  expire(before: number): void {
    this.#values.expire(before)
  }

  value(): number | null {
    return this.#values.size === 0 ? null : this.#values.size
  }

  save(): SavedWindow {
    return { entries: this.#values.entries() }
  }
}

class SumWindow implements ValueWindow {
  readonly #queue = new TimeQueue()
  readonly #room: number
  readonly #mean: boolean
  #sum: number
  /** Subtractions since the sum was last taken anew: rounding adds up, so it is taken anew before it matters. */
  #drift: number

  constructor(room: number, mean: boolean, saved?: SavedWindow) {
    this.#room = room
    this.#mean = mean
    for (const [time, value] of saved?.entries ?? []) this.#queue.push(time, Number(value))
    this.#sum = saved?.sum ?? 0
    this.#drift = saved?.drift ?? 0
  }

  add(time: number, _text: string, number: number): boolean {
    const full = this.#queue.size >= this.#room
    if (full) this.#shift()
    this.#queue.push(time, number)
    this.#sum += number
    return full
  }

  expire(before: number): void {
    while (this.#queue.oldest < before) this.#shift()
  }

  value(): number | null {
    const count = this.#queue.size
    if (count === 0) return null
    return this.#mean ? this.#sum / count : this.#sum
  }

  save(): SavedWindow {
    return { entries: this.#queue.entries(), sum: this.#sum, drift: this.#drift }
  }

  #shift(): void {
    this.#sum -= this.#queue.shift()
    this.#drift++
    if (this.#drift <= this.#queue.size) return
    this.#drift = 0
    this.#sum = 0
    for (const [, value] of this.#queue.entries()) this.#sum += value
  }
}

class RankWindow implements ValueWindow {
  readonly #queue = new TimeQueue()
  readonly #sorted = new SortedList()
  readonly #room: number
  readonly #percent: number

  constructor(room: number, percent: number, saved?: SavedWindow) {
    this.#room = room
    this.#percent = percent
    for (const [time, value] of saved?.entries ?? []) this.add(time, '', Number(value))
  }

  add(time: number, _text: string, number: number): boolean {
    const full = this.#queue.size >= this.#room
    if (full) this.#sorted.remove(this.#queue.shift())
    this.#queue.push(time, number)
    this.#sorted.add(number)
    return full
  }

  expire(before: number): void {
    while (this.#queue.oldest < before) this.#sorted.remove(this.#queue.shift())
  }

  value(): number | null {
    return this.#queue.size === 0 ? null : this.#sorted.percentile(this.#percent)
  }

  save(): SavedWindow {
    return { entries: this.#queue.entries() }
  }
}
