import type { Transaction } from '../db/database.ts'

/** A stored event that took part in a match. */
export interface MatchedEvent {
  /** Its number in the store of events, decimal. */
  readonly id: string
  /** Name of the source that it came from. */
  readonly source: string
  /** When it happened, by its own words. */
  readonly at: Date
  /** As it came, at most 16 KiB of it. */
  readonly raw: string
  /** SHA-256 of all of it as it came, hex. */
  readonly digest: string
}

/** A rule that fired. */
export interface Match {
  readonly rule: {
    readonly id: string
    readonly title: string
    readonly level: 'informational' | 'low' | 'medium' | 'high' | 'critical'
    /** As in Sigma: `attack.t1110.001`, … */
    readonly tags: readonly string[]
    /** SHA-256 of the rule pack that it is in, hex. */
    readonly pack: string
  }
  /** When the last of its events happened. */
  readonly at: Date
  /** When the last of its events reached us. */
  readonly seenAt: Date
  /** What it is about, for grouping: `address`, `account`, `host`, … as far as they are known. */
  readonly about: Readonly<Record<string, string>>
  /** At most 100, the newest. */
  readonly events: readonly MatchedEvent[]
  /** Which parts of the rule matched, in words of the rule. */
  readonly parts: readonly string[]
}

/**
 * Takes matches over in the transaction that also moves the position in the stream: each becomes part of an alert exactly once,
 * whenever the process dies.
 */
export type TakeMatches = (tx: Transaction, matches: readonly Match[]) => Promise<void>
