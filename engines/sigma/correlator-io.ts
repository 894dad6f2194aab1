import type { Pending } from './correlation-group.ts'
import type { Share } from './correlation-plan.ts'
import type { SigmaEvent } from './event-fields.ts'
import type { Timed } from './time-heap.ts'

/** An event for the correlator. */
export interface Observed {
  readonly event: SigmaEvent
  /** Positions of the rules that the matcher found. */
  readonly matched: readonly number[]
  /** When it happened, by the event itself, in milliseconds since 1970. */
  readonly time: number
  /** When it came in, by our clock. For stored events, the same as `time`. */
  readonly arrived: number
  /** How hits shall name the event. */
  readonly ref?: string
}

/** A correlation whose condition came to hold. */
export interface CorrelationHit {
  /** Position of the correlation in the pack. */
  readonly rule: number
  /** Event time at which it came to hold, in milliseconds. */
  readonly at: number
  /** Values of `group-by`, by name. */
  readonly group: Readonly<Record<string, string>>
  /** What the condition compared: a count (of rules, for temporal ones), a sum, a mean, a percentile. */
  readonly value: number
  /** Names that the caller gave the latest events of the group, oldest first; at most 16. */
  readonly refs: readonly string[]
}

/** An event's shares, waiting for its time. */
export interface Waiting extends Timed {
  readonly shares: readonly Share[]
  readonly ref: string
}

/** The moment at which a way of an extended condition is judged. */
export interface Deadline extends Timed {
  readonly rule: number
  readonly key: string
  readonly pending: Pending
}

export interface CorrelatorLimits {
  /** Groups over all correlations. The stalest of the fullest correlation goes first. */
  readonly groups: number
  /** Entries of one group for sums, means and percentiles; counts keep no more than their condition asks. */
  readonly entriesPerGroup: number
  /**
   * How late an event may be and still be judged at its own time. Events wait so long before correlations see them; 0 judges
   * at once, and what is older than the newest event counts as of now.
   */
  readonly latenessMs: number
  /** Events that may wait. */
  readonly waiting: number
  /** How far an event's time may lie ahead of its arrival. */
  readonly aheadMs: number
}

export const DEFAULT_LIMITS: CorrelatorLimits = {
  groups: 100_000,
  entriesPerGroup: 65_536,
  latenessMs: 0,
  waiting: 100_000,
  aheadMs: 300_000,
}

/** Everything that was not judged as it came. All but zero is worth a look; `evicted` and `trimmed` are losses. */
export interface LossCounts {
  /** Groups forgotten for lack of room, in all and by id of the rule. */
  evicted: number
  evictedBy: Record<string, number>
  /** Entries of a group forgotten for lack of room. */
  trimmed: number
  /** Events older than the watermark: judged as of the watermark. */
  late: number
  /** Events from the future: judged as of their arrival. */
  ahead: number
  /** Events without a time: judged as of their arrival. */
  untimed: number
  /** Events judged before their lateness had passed, for lack of room. */
  hurried: number
  /** Matches without a field of `group-by`: not counted. */
  ungrouped: number
  /** Matches without the (numeric) field of the condition: not counted. */
  valueless: number
}

export const emptyCounts = (): LossCounts => ({
  evicted: 0,
  evictedBy: {},
  trimmed: 0,
  late: 0,
  ahead: 0,
  untimed: 0,
  hurried: 0,
  ungrouped: 0,
  valueless: 0,
})
