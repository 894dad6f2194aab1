import { parseCondition } from './condition.ts'
import type { Bounds, CorrelationType, Operator, Way } from './correlation-ir.ts'
import { SigmaError } from './errors.ts'
import type { RuleHead } from './ir.ts'
import { readHead } from './rule-head.ts'
import { waysOf } from './ways.ts'
import { isPlainMap, type SourceDocument } from './yaml-documents.ts'

/** A correlation as its file says it, before names are looked up. */
export interface CorrelationDraft {
  readonly head: RuleHead
  readonly type: CorrelationType
  readonly refs: readonly string[]
  readonly groupBy: readonly string[]
  /** alias → (rule → field). */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>
  readonly spanMs: number
  readonly bounds: Bounds
  readonly ways: readonly Way[]
  readonly fields: readonly string[]
  readonly percentile: number
  readonly generate: boolean
  readonly place: { readonly file: string; readonly line: number }
}

const TYPES: readonly string[] = [
  'event_count',
  'value_count',
  'temporal',
  'temporal_ordered',
  'value_sum',
  'value_avg',
  'value_min',
  'value_max',
  'value_percentile',
  'value_median',
] satisfies CorrelationType[]
const OPERATORS: readonly string[] = ['lt', 'lte', 'gt', 'gte', 'eq', 'neq'] satisfies Operator[]
/** A month is a twelfth, a year the whole of the mean Gregorian year. */
const SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  M: 2_629_746,
  y: 31_556_952,
}
const MAX_REFS = 64
/** Counting exactly keeps as many entries as the bound. */
const MAX_COUNT = 1_000_000

/** Reads a correlation (Sigma Correlation Rules Specification 2.1). */
export function readCorrelation(document: SourceDocument): CorrelationDraft {
  const head = readHead(document)
  const place = (key: string) => ({ file: document.file, line: document.lineOf(['correlation', key]) })
  const given = document.data['correlation']
  if (!isPlainMap(given)) throw new SigmaError('malformed', '"correlation" is a map', place(''))
  const at = <T>(key: string, read: () => T): T => {
    try {
      return read()
    } catch (error) {
      throw error instanceof SigmaError ? error.at(place(key)) : error
    }
  }
  for (const key of Object.keys(given)) {
    if (!['type', 'rules', 'group-by', 'timespan', 'condition', 'aliases', 'generate'].includes(key)) {
      throw new SigmaError('unsupported', `correlation knows no "${key.slice(0, 64)}"`, place(key))
    }
  }
  const type = at('type', () => readType(given['type']))
  const temporal = type === 'temporal' || type === 'temporal_ordered'
  const condition = given['condition']
  const extended = typeof condition === 'string' ? condition : null
  if (extended !== null && !temporal) {
    throw new SigmaError('malformed', 'a condition of names goes with temporal correlations', place('condition'))
  }
  const { refs, ways } = at(extended === null ? 'rules' : 'condition', () => readRefs(given['rules'], extended))
  const compare = at('condition', () => readBounds(condition, type, refs.length))
  const generate = given['generate'] ?? false
  if (typeof generate !== 'boolean') throw new SigmaError('malformed', '"generate" is a boolean', place('generate'))
  return {
    head,
    type,
    refs,
    groupBy: at('group-by', () => strings(given['group-by'] ?? [], 'group-by')),
    aliases: at('aliases', () => readAliases(given['aliases'])),
    spanMs: at('timespan', () => readSpan(given['timespan'])),
    bounds: extended === null ? compare.bounds : [],
    ways,
    fields: compare.fields,
    percentile: compare.percentile,
    generate,
    place: place(''),
  }
}

function readType(type: unknown): CorrelationType {
  if (typeof type === 'string' && TYPES.includes(type)) return type as CorrelationType
  throw new SigmaError(
    'unsupported',
    `correlation type "${String(type).slice(0, 64)}" is not one of ${TYPES.join(', ')}`,
  )
}

function readRefs(rules: unknown, extended: string | null): { refs: readonly string[]; ways: readonly Way[] } {
  const listed = rules === undefined || rules === null ? [] : strings(rules, 'rules')
  if (extended === null) {
    if (listed.length === 0) throw new SigmaError('malformed', 'a correlation names its rules')
    if (listed.length > MAX_REFS) throw new SigmaError('too_large', `more than ${MAX_REFS} rules in a correlation`)
    if (new Set(listed).size !== listed.length) throw new SigmaError('malformed', 'a correlation names a rule twice')
    return { refs: listed, ways: [] }
  }
  const { refs, ways } = waysOf(parseCondition(extended), listed)
  if (refs.length > MAX_REFS) throw new SigmaError('too_large', `more than ${MAX_REFS} rules in a correlation`)
  return { refs, ways }
}

function readBounds(condition: unknown, type: CorrelationType, rules: number) {
  const none = { bounds: [] as Bounds, fields: [] as readonly string[], percentile: 50 }
  if (typeof condition === 'string') return none
  if (condition === undefined || condition === null) {
    if (!type.startsWith('temporal')) throw new SigmaError('malformed', `${type} has a condition`)
    return { ...none, bounds: [['gte', rules]] as Bounds }
  }
  if (!isPlainMap(condition))
    throw new SigmaError('malformed', 'the condition of a correlation is a map or names of rules')
  const bounds: [Operator, number][] = []
  for (const [key, value] of Object.entries(condition)) {
    if (key === 'field' || key === 'percentile') continue
    if (!OPERATORS.includes(key)) throw new SigmaError('malformed', `condition knows no "${key.slice(0, 64)}"`)
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw new SigmaError('malformed', `"${key}" takes a number`)
    if (Math.abs(value) > MAX_COUNT && type.endsWith('_count')) {
      throw new SigmaError('too_large', `a count of ${value}; at most ${MAX_COUNT} are kept`)
    }
    bounds.push([key as Operator, value])
  }
  if (bounds.length === 0) throw new SigmaError('malformed', `a condition has one of ${OPERATORS.join(', ')}`)
  const fields = condition['field'] === undefined ? [] : strings(condition['field'], 'field')
  const wantsField = type.startsWith('value_')
  if (wantsField && fields.length === 0) throw new SigmaError('malformed', `${type} names a field`)
  if (!wantsField && fields.length > 0) throw new SigmaError('malformed', `${type} takes no field`)
  if (fields.length > 1 && type !== 'value_count') throw new SigmaError('malformed', `${type} takes one field`)
  const percentile = condition['percentile']
  if (type === 'value_percentile') {
    if (typeof percentile !== 'number' || !(percentile >= 0 && percentile <= 100)) {
      throw new SigmaError('malformed', 'value_percentile has a "percentile" from 0 to 100')
    }
    return { bounds, fields, percentile }
  }
  if (percentile !== undefined) throw new SigmaError('malformed', `${type} takes no percentile`)
  return { bounds, fields, percentile: 50 }
}

function readSpan(given: unknown): number {
  const found = typeof given === 'string' ? /^(\d{1,9})([smhdwMy])$/.exec(given) : null
  const count = Number(found?.[1] ?? 0)
  if (found === null || count === 0) {
    throw new SigmaError('malformed', '"timespan" is a number above 0 and one of s, m, h, d, w, M, y')
  }
  return count * (SECONDS[found[2] ?? ''] ?? 0) * 1000
}

function readAliases(given: unknown): ReadonlyMap<string, ReadonlyMap<string, string>> {
  if (given === undefined || given === null) return new Map()
  if (!isPlainMap(given)) throw new SigmaError('malformed', '"aliases" is a map')
  return new Map(
    Object.entries(given).map(([alias, mapping]) => {
      if (!isPlainMap(mapping))
        throw new SigmaError('malformed', `alias "${alias.slice(0, 64)}" is a map of rules to fields`)
      const fields = Object.entries(mapping).map(([rule, field]): [string, string] => {
        if (typeof field !== 'string' || field === '')
          throw new SigmaError('malformed', `alias "${alias.slice(0, 64)}" names no field`)
        return [rule, field]
      })
      return [alias, new Map(fields)]
    }),
  )
}

function strings(given: unknown, what: string): readonly string[] {
  const list = Array.isArray(given) ? given : [given]
  const texts = list.map((item) => (typeof item === 'number' ? String(item) : item))
  if (!texts.every((item): item is string => typeof item === 'string' && item !== '')) {
    throw new SigmaError('malformed', `"${what}" is a name or a list of names`)
  }
  return texts
}
