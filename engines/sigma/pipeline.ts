import type { EventSource, Logsource } from './ir.ts'

/** Names of fields for rules of some log sources. A list: the first that the event has. */
export interface FieldMap {
  /** Rules whose log source names all of these; `{}` for all. */
  readonly when: Logsource
  readonly fields: Readonly<Record<string, string | readonly string[]>>
}

/** Tells the log source from values of the event. */
export interface RouteTable {
  /** Paths of the fields; their values, folded and joined with `|`, are the key. */
  readonly by: readonly string[]
  readonly to: Readonly<Record<string, EventSource>>
}

/**
 * How rules meet events of one shape. Paths are names with dots; a name that holds dots itself is found, too.
 * Field maps: the first that fits and knows the name. Routes: each table adds to what the caller and earlier tables said.
 */
export interface Pipeline {
  readonly name: string
  readonly maps: readonly FieldMap[]
  /** For names that no map knows; `*` stands for the name. */
  readonly otherwise: readonly string[]
  readonly routes: readonly RouteTable[]
}

/** The paths where a rule of a log source finds a field, in the order of trying. */
export function pathsOf(pipeline: Pipeline, name: string, logsource: Logsource): readonly string[] {
  for (const { when, fields } of pipeline.maps) {
    if (!fits(when, logsource) || !Object.hasOwn(fields, name)) continue
    const mapped = fields[name]
    if (mapped !== undefined) return typeof mapped === 'string' ? [mapped] : mapped
  }
  return pipeline.otherwise.map((template) => template.replace('*', () => name))
}

/** Whether a source has all that a log source names. Upper and lower case are one. */
export function fits(rule: Logsource, source: EventSource): boolean {
  if (!same(rule.product, source.product) || !same(rule.service, source.service)) return false
  return same(rule.category, source.category) || (source.also ?? []).some((category) => same(rule.category, category))
}

const same = (wanted: string | undefined, given: string | undefined): boolean =>
  wanted === undefined || wanted.toLowerCase() === given?.toLowerCase()
