import type { Dictionary } from './detection.ts'
import { SigmaError } from './errors.ts'
import { type Detection, readDetection } from './event-rule.ts'
import type { EventRule, Logsource, Node } from './ir.ts'
import { fits } from './pipeline.ts'
import { readHead, readLogsource } from './rule-head.ts'
import { isPlainMap, type SourceDocument } from './yaml-documents.ts'

/** A filter: what it takes out of which rules. */
export interface Filter {
  readonly id: string
  readonly logsource: Logsource
  /** Ids or names of rules, or all of the log source. */
  readonly rules: readonly string[] | 'any'
  readonly source: SourceDocument
}

/** Reads head and target of a filter (Sigma Filters Specification 2.1; `rules: any` of 2.2). */
export function readFilter(document: SourceDocument): Filter {
  const { id } = readHead(document)
  const logsource = readLogsource(document)
  const place = { file: document.file, line: document.lineOf(['filter', 'rules']) }
  const filter = document.data['filter']
  if (!isPlainMap(filter)) throw new SigmaError('malformed', '"filter" is a map', place)
  const given = filter['rules']
  if (typeof filter['condition'] !== 'string') throw new SigmaError('malformed', 'a filter has one condition', place)
  if (given === 'any' || given === 'all') return { id, logsource, rules: 'any', source: document }
  const rules = typeof given === 'string' ? [given] : given
  if (!Array.isArray(rules) || rules.length === 0 || !rules.every((rule) => typeof rule === 'string')) {
    throw new SigmaError('malformed', 'a filter names its rules, or says "any"', place)
  }
  return { id, logsource, rules, source: document }
}

/** True where a filter is meant for a rule: it is named (or all are) and its log source fits. */
export function filterMeans(filter: Filter, rule: EventRule): boolean {
  // A filter for `product: windows` covers a rule for `product: windows, category: process_creation`.
  if (!fits(filter.logsource, rule.logsource)) return false
  if (filter.rules === 'any') return true
  return filter.rules.includes(rule.id) || (rule.name !== null && filter.rules.includes(rule.name))
}

/**
 * The rule without what the filter describes. Two readings of `condition` are in use: the specification's example writes
 * `selection` for what is taken out, pySigma writes `not selection` for what is left. Both mean the same exclusion, so a
 * condition that is one negation is taken for what is left, every other for what is taken out.
 */
export function applyFilter(rule: EventRule, filter: Filter, dictionary: Dictionary): EventRule {
  const { cond, identifiers } = readDetection(filter.source, 'filter', ['rules'], dictionary)
  const left: Node = cond.k === 'not' ? cond : { k: 'not', of: cond }
  return {
    ...rule,
    cond: { k: 'and', of: [rule.cond, left] },
    parts: [...rule.parts, ...named(filter.id, identifiers)],
    filters: [...rule.filters, filter.id],
  }
}

const named = (id: string, identifiers: Detection['identifiers']): [string, Node][] =>
  [...identifiers].map(([name, node]) => [`${id}/${name}`, node])
