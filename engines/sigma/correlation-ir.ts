import type { RuleHead } from './ir.ts'

export type CorrelationType =
  | 'event_count'
  | 'value_count'
  | 'temporal'
  | 'temporal_ordered'
  | 'value_sum'
  | 'value_avg'
  | 'value_min'
  | 'value_max'
  | 'value_percentile'
  | 'value_median'

export type Operator = 'lt' | 'lte' | 'gt' | 'gte' | 'eq' | 'neq'

/** Bounds that all must hold: one, or a range. */
export type Bounds = readonly (readonly [Operator, number])[]

/** One way for an extended condition to hold: all of `has` (numbers of references, in order) and none of `lacks`. */
export interface Way {
  readonly has: readonly number[]
  readonly lacks: readonly number[]
}

/**
 * How an event of one rule reaches a correlation: `via` is the position of the reference in it. Fields are those of the
 * event of `rule`, resolved through aliases and the correlations in between.
 */
export interface Feed {
  readonly rule: number
  readonly via: number
  readonly group: readonly number[]
  readonly value: readonly number[]
}

/** A rule that looks at matches of other rules. References are positions in the pack. */
export interface CorrelationRule extends RuleHead {
  readonly kind: 'correlation'
  readonly silent: boolean
  readonly type: CorrelationType
  readonly refs: readonly number[]
  /** Names of the fields of `group-by`, as the rule gives them. */
  readonly groupBy: readonly string[]
  readonly spanMs: number
  /** For the types that compare a number. */
  readonly bounds: Bounds
  /** For extended conditions: any of these ways. Empty where `bounds` decide. */
  readonly ways: readonly Way[]
  /** 0 to 100, for `value_percentile`. */
  readonly percentile: number
  readonly feeds: readonly Feed[]
}

/** Whether a number keeps all bounds. */
export function within(bounds: Bounds, n: number): boolean {
  for (const [operator, bound] of bounds) {
    if (operator === 'gte' ? n < bound : operator === 'gt' ? n <= bound : !other(operator, n, bound)) return false
  }
  return true
}

function other(operator: Operator, n: number, bound: number): boolean {
  if (operator === 'lt') return n < bound
  if (operator === 'lte') return n <= bound
  return operator === 'eq' ? n === bound : n !== bound
}
