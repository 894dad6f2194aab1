import type { CorrelationRule } from './correlation-ir.ts'

const NEVER = Number.NEGATIVE_INFINITY

/** Saved times; null stands for never, which JSON has no number for. */
export interface SavedTemporal {
  readonly last: readonly (number | null)[]
  readonly chains: readonly (readonly (number | null)[])[]
}

/**
 * When the rules of a temporal correlation were last seen in one group, and, where their order matters, the latest start of
 * every beginning of a sequence. Constant per event in the length of the stream; at most the square of the number of rules.
 */
export class TemporalWindow {
  readonly #rule: CorrelationRule
  readonly #ordered: boolean
  readonly #last: number[]
  /**
   * Ordered, by number: `chains[length - 1][i]` is the latest start of a sequence of that length which ends with rule i.
   * Ordered, by ways: `chains[way][k]` is the latest start of the first k + 1 rules of the way.
   */
  readonly #chains: number[][]

  constructor(rule: CorrelationRule, saved?: SavedTemporal) {
    this.#rule = rule
    this.#ordered = rule.type === 'temporal_ordered'
    this.#last = saved === undefined ? rule.refs.map(() => NEVER) : saved.last.map(read)
    if (saved !== undefined) this.#chains = saved.chains.map((chain) => chain.map(read))
    else if (!this.#ordered) this.#chains = []
    else if (rule.ways.length > 0) this.#chains = rule.ways.map(({ has }) => has.map(() => NEVER))
    else this.#chains = rule.refs.map(() => rule.refs.map(() => NEVER))
  }

  /** Takes a match of the rule at a position. One event's positions come in descending order: it is no sequence with itself. */
  add(time: number, ref: number): void {
    this.#last[ref] = time
    if (!this.#ordered) return
    if (this.#rule.ways.length > 0) this.#addToWays(time, ref)
    else this.#addToChains(time, ref)
  }

  /** How many rules were seen since a time, in order where that matters. */
  count(since: number): number {
    if (!this.#ordered) {
      let count = 0
      for (const time of this.#last) if (time >= since) count++
      return count
    }
    for (let length = this.#chains.length; length > 0; length--) {
      for (const start of this.#chains[length - 1] as number[]) if (start >= since) return length
    }
    return 0
  }

  /** Start of the latest window in which all rules of a way were seen; null where it lies before `since`. */
  startOf(way: number, since: number): number | null {
    const has = this.#rule.ways[way]?.has ?? []
    let start = Number.POSITIVE_INFINITY
    if (this.#ordered) start = this.#chains[way]?.at(-1) ?? NEVER
    else for (const ref of has) start = Math.min(start, this.#last[ref] as number)
    return start >= since ? start : null
  }

  /** Whether any rule that a way must lack was seen since a time. */
  spoiled(way: number, since: number): boolean {
    return (this.#rule.ways[way]?.lacks ?? []).some((ref) => (this.#last[ref] as number) >= since)
  }

  save(): SavedTemporal {
    return { last: this.#last.map(write), chains: this.#chains.map((chain) => chain.map(write)) }
  }

  #addToWays(time: number, ref: number): void {
    for (const [way, { has }] of this.#rule.ways.entries()) {
      const k = has.indexOf(ref)
      const chain = this.#chains[way] as number[]
      if (k < 0) continue
      const start = k === 0 ? time : (chain[k - 1] as number)
      if (start > (chain[k] as number)) chain[k] = start
    }
  }

  #addToChains(time: number, ref: number): void {
    for (let length = this.#chains.length; length > 1; length--) {
      const shorter = this.#chains[length - 2] as number[]
      const longer = this.#chains[length - 1] as number[]
      let best = longer[ref] as number
      for (let i = 0; i < ref; i++) if ((shorter[i] as number) > best) best = shorter[i] as number
      longer[ref] = best
    }
    const single = this.#chains[0]
    if (single !== undefined) single[ref] = time
  }
}

const write = (time: number): number | null => (time === NEVER ? null : time)
const read = (time: number | null): number => time ?? NEVER
