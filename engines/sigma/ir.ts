import type { Part } from './wildcard.ts'

/** Comparisons of numbers. */
export type Compare = 'lt' | 'lte' | 'gt' | 'gte' | 'eq'
export type TimeUnit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year'

/**
 * One test of one value: what a rule is made of, as plain data that survives JSON.
 * `text` and `ref` compare folded unless `cased`. Fields are numbers of the pack's dictionary.
 */
export type Test =
  | { readonly t: 'text'; readonly parts: readonly Part[]; readonly cased?: true }
  | { readonly t: 're'; readonly source: string; readonly flags: string }
  | { readonly t: 'cidr'; readonly net: string }
  | { readonly t: 'cmp'; readonly op: Compare; readonly n: number }
  | { readonly t: 'time'; readonly unit: TimeUnit; readonly op: Compare; readonly n: number }
  | { readonly t: 'null' }
  | { readonly t: 'exists'; readonly yes: boolean }
  | { readonly t: 'ref'; readonly field: number; readonly how: RefHow; readonly cased?: true }

export type RefHow = 'equals' | 'startswith' | 'endswith' | 'contains'

/** `field` holds where any of its tests holds for any value of the field; `words` where any test holds anywhere in the event. */
export type Node =
  | { readonly k: 'and' | 'or'; readonly of: readonly Node[] }
  | { readonly k: 'not'; readonly of: Node }
  | { readonly k: 'field'; readonly field: number; readonly any: readonly Test[] }
  | { readonly k: 'words'; readonly any: readonly Test[] }

/** Of which log an event is, or for which logs a rule is. A rule fits where every part that it names is equal. */
export interface Logsource {
  readonly product?: string
  readonly category?: string
  readonly service?: string
}

/** The log source of an event. Some events are of several categories: `also` names the others. */
export interface EventSource extends Logsource {
  readonly also?: readonly string[]
}

export type Level = 'informational' | 'low' | 'medium' | 'high' | 'critical'

/** What travels with every match. Rules under DRL 1.1 want their author and licence named. */
export interface RuleHead {
  readonly id: string
  readonly name: string | null
  readonly title: string
  readonly level: Level
  readonly status: string | null
  readonly author: string | null
  readonly license: string | null
  readonly tags: readonly string[]
  readonly file: string
  readonly line: number
}

/** A rule that looks at one event. `silent`: only correlations see its matches. */
export interface EventRule extends RuleHead {
  readonly kind: 'event'
  readonly logsource: Logsource
  readonly silent: boolean
  readonly cond: Node
  /** Names and nodes of the search identifiers, for the explanation of a match. */
  readonly parts: readonly (readonly [string, Node])[]
  /** Ids of the filters that were put on it. */
  readonly filters: readonly string[]
}

export const and = (of: readonly Node[]): Node => (of.length === 1 && of[0] !== undefined ? of[0] : { k: 'and', of })
export const or = (of: readonly Node[]): Node => (of.length === 1 && of[0] !== undefined ? of[0] : { k: 'or', of })
