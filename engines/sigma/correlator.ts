import { CorrelationGroup, GroupList } from './correlation-group.ts'
import { type CorrelationRule, within } from './correlation-ir.ts'
import { CorrelationPlan, correlationsOf, type Share } from './correlation-plan.ts'
import {
  type CorrelationHit,
  type CorrelatorLimits,
  DEFAULT_LIMITS,
  type Deadline,
  emptyCounts,
  type LossCounts,
  type Observed,
  type Waiting,
} from './correlator-io.ts'
import { restoreState, type Snapshot, type State, saveState } from './correlator-snapshot.ts'
import { fold } from './fold.ts'
import type { Pack } from './pack.ts'
import { TimeHeap } from './time-heap.ts'

/**
 * The state of all correlations of a pack over event time. Windows end at each event and reach back by `timespan`, both ends
 * included; nothing is cut at clock boundaries. A hit is told when the condition comes to hold for a group, and again only
 * after it has not held at some event. The same calls in the same order give the same hits, across a snapshot, too.
 */
export class Correlator {
  readonly #pack: Pack
  readonly #plan: CorrelationPlan
  readonly #limits: CorrelatorLimits
  readonly #above: readonly (readonly { readonly rule: number; readonly via: number }[])[]
  readonly #lists = new Map<number, GroupList>()
  readonly #waiting = new TimeHeap<Waiting>()
  readonly #deadlines = new TimeHeap<Deadline>()
  readonly #counts: LossCounts
  /** Newest event time, the time up to which all is judged, and a counter that keeps ties in order. */
  readonly #clock: { newest: number; judged: number; seq: number }
  #groups = 0
  #hits: CorrelationHit[] = []

  constructor(pack: Pack, limits: Partial<CorrelatorLimits> = {}, snapshot?: Snapshot) {
    this.#pack = pack
    this.#plan = new CorrelationPlan(pack)
    this.#limits = { ...DEFAULT_LIMITS, ...limits }
    this.#above = pack.rules.map((rule, i) => (rule.kind === 'correlation' ? this.#plan.above(i) : []))
    for (const [i, rule] of correlationsOf(pack)) this.#lists.set(i, new GroupList(rule))
    this.#counts = emptyCounts()
    this.#clock = { newest: Number.NEGATIVE_INFINITY, judged: Number.NEGATIVE_INFINITY, seq: 0 }
    if (snapshot !== undefined) this.#groups = restoreState(snapshot, pack, this.#state(), this.#limits.entriesPerGroup)
  }

  /** What was lost or bent so far: each a number that belongs into monitoring. */
  get counts(): Readonly<LossCounts> {
    return { ...this.#counts }
  }

  /** Groups and waiting events that are held now. */
  get held(): { readonly groups: number; readonly waiting: number } {
    return { groups: this.#groups, waiting: this.#waiting.size }
  }

  /** Takes an event that matched rules of the pack; gives the hits that it, or the time that passed, brought. */
  observe(observed: Observed): readonly CorrelationHit[] {
    this.#hits = []
    const time = this.#timeOf(observed)
    if (!this.#plan.idle(observed.matched)) {
      const shares = this.#plan.sharesOf(observed.event, observed.matched)
      const ref = observed.ref ?? ''
      if (this.#limits.latenessMs === 0) {
        this.#pass(time)
        this.#judge(time, shares, ref)
        return this.#hits
      }
      this.#waiting.push({ at: time, seq: this.#clock.seq++, shares, ref })
      if (this.#waiting.size > this.#limits.waiting) this.#hurry()
    }
    this.#pass(this.#clock.newest - this.#limits.latenessMs)
    return this.#hits
  }

  /** Says that no event before a time is to come: for sources that fall silent. Gives the hits that this brings. */
  advance(time: number): readonly CorrelationHit[] {
    this.#hits = []
    if (time > this.#clock.newest) this.#clock.newest = time
    this.#pass(time)
    return this.#hits
  }

  /** All state as plain data; `new Correlator(pack, limits, snapshot)` goes on from it exactly. */
  snapshot(): Snapshot {
    return saveState(this.#pack, this.#state())
  }

  #state(): State {
    return {
      clock: this.#clock,
      counts: this.#counts,
      lists: this.#lists,
      waiting: this.#waiting,
      deadlines: this.#deadlines,
    }
  }

  /** The time that counts: neither behind what is judged nor so far ahead that one wrong clock would end all windows. */
  #timeOf({ time, arrived }: Observed): number {
    let at = time
    if (!Number.isFinite(at)) {
      this.#counts.untimed++
      at = Number.isFinite(arrived) ? arrived : this.#clock.newest
      if (!Number.isFinite(at)) at = 0
    } else if (at > arrived + this.#limits.aheadMs) {
      this.#counts.ahead++
      at = arrived
    }
    const floor = this.#limits.latenessMs === 0 ? this.#clock.newest : this.#clock.judged
    if (at < floor) {
      this.#counts.late++
      at = floor
    }
    if (at > this.#clock.newest) this.#clock.newest = at
    return at
  }

  /** Judges all that waits up to a time, deadlines and events in their order. */
  #pass(until: number): void {
    for (;;) {
      const next = Math.min(this.#waiting.next, this.#deadlines.next)
      // A deadline that ends with an event's own time waits for it: both ends of a window belong to it.
      if (this.#waiting.next <= this.#deadlines.next && this.#waiting.next <= until) {
        const event = this.#waiting.pop()
        if (event !== undefined) this.#judge(event.at, event.shares, event.ref)
      } else if (next < until && this.#deadlines.next === next) {
        const deadline = this.#deadlines.pop()
        if (deadline !== undefined) this.#close(deadline)
      } else break
    }
    if (until > this.#clock.judged) this.#clock.judged = until
  }

  /** More waits than there is room for: the earliest are judged now, before their lateness has passed. */
  #hurry(): void {
    const event = this.#waiting.pop()
    if (event === undefined) return
    this.#counts.hurried++
    while (this.#deadlines.next < event.at) {
      const deadline = this.#deadlines.pop()
      if (deadline !== undefined) this.#close(deadline)
    }
    this.#judge(event.at, event.shares, event.ref)
    if (event.at > this.#clock.judged) this.#clock.judged = event.at
  }

  #judge(at: number, shares: readonly Share[], ref: string): void {
    for (const share of shares) if (share.direct) this.#take(at, share, shares, ref)
  }

  /** One share enters the window of its group. */
  #take(at: number, share: Share, shares: readonly Share[], ref: string): void {
    const list = this.#lists.get(share.rule)
    if (list === undefined) return
    const { rule } = list
    this.#expire(list, at - rule.spanMs)
    if (share.key === null) {
      this.#counts.ungrouped++
      return
    }
    const number = numberFor(rule, share.value)
    if (number === null) {
      this.#counts.valueless++
      return
    }
    let group = list.get(share.key)
    if (group === undefined) {
      if (this.#groups >= this.#limits.groups) this.#evict()
      group = new CorrelationGroup(rule, share.key, this.#limits.entriesPerGroup)
      this.#groups++
    }
    group.last = at
    group.values = share.group
    list.touch(group)
    if (ref !== '') group.note(ref)
    if (group.counting !== null) {
      const { counting } = group
      const key = rule.type === 'value_count' ? fold(share.value ?? '') : ''
      counting.expire(at - rule.spanMs)
      if (counting.add(at, key, number)) this.#counts.trimmed++
      const value = counting.value()
      this.#settle(at, group, share.rule, value !== null && within(rule.bounds, value), value ?? 0, shares)
    } else if (group.temporal !== null) {
      group.temporal.add(at, share.via)
      if (rule.ways.length === 0) {
        const count = group.temporal.count(at - rule.spanMs)
        this.#settle(at, group, share.rule, within(rule.bounds, count), count, shares)
      } else this.#ways(at, group, share.rule, rule, shares)
    }
  }

  #ways(at: number, group: CorrelationGroup, position: number, rule: CorrelationRule, shares: readonly Share[]): void {
    let held = 0
    for (const [way, { has, lacks }] of rule.ways.entries()) {
      const start = group.temporal?.startOf(way, at - rule.spanMs) ?? null
      if (start === null) continue
      if (lacks.length === 0) {
        held = Math.max(held, has.length)
      } else if (start > (group.closed[way] as number) && !group.pending.some((one) => one.way === way)) {
        const pending = { way, start, shares }
        group.pending.push(pending)
        this.#deadlines.push({
          at: start + rule.spanMs,
          seq: this.#clock.seq++,
          rule: position,
          key: group.key,
          pending,
        })
      }
    }
    if (rule.ways.some(({ lacks }) => lacks.length === 0)) this.#settle(at, group, position, held > 0, held, shares)
  }

  /** A window is over in which a rule had to be lacking. */
  #close({ at, rule, key, pending }: Deadline): void {
    const list = this.#lists.get(rule)
    const group = list?.get(key)
    const own = group?.pending.indexOf(pending) ?? -1
    if (list === undefined || group === undefined || own < 0) return
    group.pending.splice(own, 1)
    if (group.temporal?.spoiled(pending.way, pending.start - list.rule.spanMs) !== false) return
    group.closed[pending.way] = at
    this.#tell(at, group, rule, list.rule.ways[pending.way]?.has.length ?? 0, pending.shares, true)
  }

  /** Tells what has come to hold; correlations above hear of it as long as it holds. */
  #settle(
    at: number,
    group: CorrelationGroup,
    rule: number,
    holds: boolean,
    value: number,
    shares: readonly Share[],
  ): void {
    const first = holds && !group.holding
    group.holding = holds
    if (holds) this.#tell(at, group, rule, value, shares, first)
  }

  #tell(
    at: number,
    group: CorrelationGroup,
    rule: number,
    value: number,
    shares: readonly Share[],
    first: boolean,
  ): void {
    const own = this.#lists.get(rule)?.rule
    if (own === undefined) return
    if (first && !own.silent) {
      const named = Object.fromEntries(own.groupBy.map((name, i) => [name, group.values[i] ?? '']))
      this.#hits.push({ rule, at, group: named, value, refs: [...group.refs] })
    }
    for (const { rule: above, via } of this.#above[rule] ?? []) {
      const type = this.#lists.get(above)?.rule.type
      // What counts hits counts each once; what asks whether it holds is told as long as it does.
      if (!first && type !== 'temporal' && type !== 'temporal_ordered') continue
      const share = shares.find((one) => one.rule === above && one.via === via)
      if (share !== undefined) this.#take(at, share, shares, group.refs.at(-1) ?? '')
    }
  }

  /** Forgets groups without an event in the window. */
  #expire(list: GroupList, before: number): void {
    for (let group = list.stalest; group !== null && group.last < before; group = list.stalest) {
      list.drop(group)
      this.#groups--
    }
  }

  /** Makes room: the stalest group of the correlation that has the most goes, and is counted. */
  #evict(): void {
    let fullest: GroupList | null = null
    for (const list of this.#lists.values()) if (fullest === null || list.size > fullest.size) fullest = list
    const group = fullest?.stalest ?? null
    if (fullest === null || group === null) return
    fullest.drop(group)
    this.#groups--
    this.#counts.evicted++
    const id = fullest.rule.id
    this.#counts.evictedBy[id] = (this.#counts.evictedBy[id] ?? 0) + 1
  }
}

/** The number of a value for the types that calculate, 0 for those that do not; null where it is needed and is none. */
function numberFor(rule: CorrelationRule, value: string | null): number | null {
  if (!rule.type.startsWith('value_')) return 0
  if (value === null) return null
  if (rule.type === 'value_count') return 0
  const number = value.trim() === '' ? Number.NaN : Number(value)
  return Number.isFinite(number) ? number : null
}
