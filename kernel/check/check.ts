import type { SystemKind } from '../../facts/fact.ts'
import type { Fact, FactKind } from '../../facts/kinds.ts'
import type { Text } from '../i18n/text.ts'

/** Status of a row of a check, worst first. `stale` is never written by a check: it follows from the heartbeats. */
export const ROW_STATUSES = ['alarm', 'error', 'stale', 'info', 'skip', 'ok'] as const
export type RowStatus = (typeof ROW_STATUSES)[number]

/** What a check's SQL may say of a resource. `skip` needs a reason why the check does not apply. */
export type CheckStatus = Exclude<RowStatus, 'stale'>

/** Facts that an example shows to a check, per kind: each row is a difference from the sample of its kind. */
export type ExampleFacts = { readonly [K in FactKind]?: readonly Partial<Fact<K>>[] }

export interface ExpectedRow {
  readonly resource: string
  readonly status: CheckStatus
  readonly reason: string
}

export interface Example {
  readonly name: Text
  readonly facts: ExampleFacts
  /**
   * Facts of a second system of the same kind, for checks that compare systems. Its rows are not expected below,
   * only those of the first.
   */
  readonly elsewhere?: ExampleFacts
  /** Instant since when the facts hold, for checks with a time limit. A moment before the judgement by default. */
  readonly since?: string
  /** Rows in any order. */
  readonly expect: readonly ExpectedRow[]
}

/**
 * A check: data, not code. One `select` over facts gives one row per resource.
 *
 * The SQL sees, as relations, `systems` (system, name, kind) and each kind in `reads` (facts of the systems being
 * judged) and `fleet_<kind>` for each kind in `fleet` (facts of all systems, the register's among them), and
 * `fleet_systems` (every system, as `systems`). Every fact
 * relation has the columns of its shape in snake_case and `system` (integer) and `since` (timestamptz: since when
 * the fact has been true). Undeclared facts do not exist for it. Time is `:now` (timestamptz); `now()` and its
 * like are refused.
 *
 * It returns `system`, `resource`, `status`, `reason` and the columns named in `dimensions`. One row per resource
 * of a system. A check returns a row also for what is fine: that row is the proof that it looked. No rows at all
 * become one `skip` row "nothing in scope", which is never ok.
 */
export interface Check {
  readonly id: `${string}.${string}`
  readonly appliesTo: SystemKind
  readonly severity: 'low' | 'medium' | 'high' | 'critical'
  /** What holds where the check is ok, as a sentence. */
  readonly title: Text
  /** What the rows are, plural, for "41 roles". */
  readonly population: Text
  /** How to mend an alarm: what to do, with the command where there is one. `{dimension}` and `{resource}` are filled in. */
  readonly remedy: Text
  /** Words for every reason the SQL can return; `{dimension}` is filled in. */
  readonly reasons: { readonly [reason: string]: Text }
  readonly reads: readonly [FactKind, ...FactKind[]]
  readonly fleet?: readonly FactKind[]
  /** Extra columns of the result that the reader sees: what exactly was read. Never an age, which changes by itself. */
  readonly dimensions: readonly string[]
  /** The facts must have been read within this ISO 8601 duration, otherwise the row is stale. */
  readonly freshness: 'PT1H' | 'PT6H' | 'PT24H' | 'P7D'
  readonly sql: string
  /** At least one that is ok and one that alarms. They are the check's tests and its documentation page. */
  readonly examples: readonly [Example, Example, ...Example[]]
}

/** Gives a check file its types. */
export const defineCheck = (check: Check): Check => check

/** Reasons that the judge itself gives, for every check. */
export const JUDGE_REASONS = {
  nothing_in_scope: { de: 'nichts im Umfang dieser Prüfung', en: 'nothing in the scope of this check' },
  could_not_read: { de: 'nicht lesbar: {problem}', en: 'could not be read: {problem}' },
  never_collected: { de: 'noch nie gelesen', en: 'never read yet' },
  too_old: { de: 'zuletzt gelesen {last}, erlaubt sind {freshness}', en: 'last read {last}, allowed are {freshness}' },
} as const satisfies Record<string, Text>
