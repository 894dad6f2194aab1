import type { CorrelationRule } from './correlation-ir.ts'
import type { Share } from './correlation-plan.ts'
import { type SavedTemporal, TemporalWindow } from './temporal-window.ts'
import { type SavedWindow, type ValueWindow, valueWindow } from './value-window.ts'

/** Names of events that a hit points to; the latest stay. */
const MAX_REFS = 16

/** A way of an extended condition that waits whether a rule that must be lacking still comes. */
export interface Pending {
  readonly way: number
  readonly start: number
  /** Shares of the event that completed the way, for correlations above. */
  readonly shares: readonly Share[]
}

/** State of one correlation for one group. Groups of a rule are a list in the order of their last event. */
export class CorrelationGroup {
  readonly key: string
  values: readonly string[]
  last: number
  /** The condition held at the last event: it is told once, until it has not held. */
  holding: boolean
  readonly counting: ValueWindow | null
  readonly temporal: TemporalWindow | null
  readonly pending: Pending[]
  /** Windows of ways that wait do not overlap: the next begins behind this time. */
  readonly closed: number[]
  refs: string[]
  before: CorrelationGroup | null = null
  next: CorrelationGroup | null = null

  constructor(rule: CorrelationRule, key: string, room: number, saved?: SavedGroup) {
    const temporal = rule.type === 'temporal' || rule.type === 'temporal_ordered'
    this.key = key
    this.values = saved?.values ?? []
    this.last = saved?.last ?? 0
    this.holding = saved?.holding ?? false
    this.refs = [...(saved?.refs ?? [])]
    this.pending = [...(saved?.pending ?? [])]
    this.closed = (saved?.closed ?? rule.ways.map(() => null)).map((time) => time ?? Number.NEGATIVE_INFINITY)
    this.counting = temporal ? null : valueWindow(rule, room, saved?.counting)
    this.temporal = temporal ? new TemporalWindow(rule, saved?.temporal) : null
  }

  note(ref: string): void {
    if (this.refs.length >= MAX_REFS) this.refs.shift()
    this.refs.push(ref)
  }

  save(): SavedGroup {
    return {
      key: this.key,
      values: this.values,
      last: this.last,
      holding: this.holding,
      refs: this.refs,
      pending: this.pending,
      closed: this.closed.map((time) => (time === Number.NEGATIVE_INFINITY ? null : time)),
      ...(this.counting === null ? {} : { counting: this.counting.save() }),
      ...(this.temporal === null ? {} : { temporal: this.temporal.save() }),
    }
  }
}

export interface SavedGroup {
  readonly key: string
  readonly values: readonly string[]
  readonly last: number
  readonly holding: boolean
  readonly refs: readonly string[]
  readonly pending: readonly Pending[]
  readonly closed: readonly (number | null)[]
  readonly counting?: SavedWindow
  readonly temporal?: SavedTemporal
}

/** The groups of one correlation: a map, and a list with the stalest in front. */
export class GroupList {
  readonly rule: CorrelationRule
  readonly #groups = new Map<string, CorrelationGroup>()
  #stalest: CorrelationGroup | null = null
  #latest: CorrelationGroup | null = null

  constructor(rule: CorrelationRule) {
    this.rule = rule
  }

  get size(): number {
    return this.#groups.size
  }

  get stalest(): CorrelationGroup | null {
    return this.#stalest
  }

  get(key: string): CorrelationGroup | undefined {
    return this.#groups.get(key)
  }

  /** Puts a group, new or known, behind all others. */
  touch(group: CorrelationGroup): void {
    if (this.#latest === group) return
    if (this.#groups.get(group.key) === group) this.#unlink(group)
    else this.#groups.set(group.key, group)
    group.before = this.#latest
    group.next = null
    if (this.#latest === null) this.#stalest = group
    else this.#latest.next = group
    this.#latest = group
  }

  drop(group: CorrelationGroup): void {
    this.#unlink(group)
    this.#groups.delete(group.key)
  }

  /** All groups, the stalest first. */
  *all(): Iterable<CorrelationGroup> {
    for (let group = this.#stalest; group !== null; group = group.next) yield group
  }

  #unlink(group: CorrelationGroup): void {
    if (group.before === null) this.#stalest = group.next
    else group.before.next = group.next
    if (group.next === null) this.#latest = group.before
    else group.next.before = group.before
  }
}
