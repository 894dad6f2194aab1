import { type SigmaEvent, textsOf, valueAt } from './event-fields.ts'
import { Frame } from './frame.ts'
import type { EventRule, Node } from './ir.ts'
import type { Pack } from './pack.ts'
import { predicateOf } from './predicate.ts'

/** Why a rule holds: what an alert shows, and what somebody else can check again. */
export interface Explanation {
  /** Names of the search identifiers that hold. */
  readonly identifiers: readonly string[]
  /** The fields that these look at and the event has, by path, with their values. */
  readonly fields: Readonly<Record<string, readonly string[]>>
  /** A keyword holds: it lies somewhere in the event. */
  readonly words: boolean
}

/** Values of an explanation longer than this are cut. */
const MAX_VALUE = 1024

/** Explains a match; null where the rule does not hold for the event. Judges the rule alone, without the index. */
export function explain(pack: Pack, rule: EventRule, event: SigmaEvent): Explanation | null {
  const frame = new Frame(pack.fields)
  frame.begin(event)
  if (!predicateOf(rule.cond)(frame)) return null
  const holding = rule.parts.filter(([, node]) => predicateOf(node)(frame))
  const fields: Record<string, readonly string[]> = {}
  let words = false
  for (const [, node] of holding) {
    for (const leaf of leavesOf(node)) {
      if (leaf.k === 'words') words = true
      if (leaf.k !== 'field') continue
      for (const path of pack.fields[leaf.field] ?? []) {
        const values = textsOf(valueAt(event, [path]))
        if (values.length > 0) fields[path] = values.map((value) => value.slice(0, MAX_VALUE))
      }
    }
  }
  return { identifiers: holding.map(([name]) => name), fields, words }
}

function leavesOf(node: Node): readonly Node[] {
  switch (node.k) {
    case 'and':
    case 'or':
      return node.of.flatMap(leavesOf)
    case 'not':
      return leavesOf(node.of)
    default:
      return [node]
  }
}

/** Numbers in `pack.fields` of the fields that a rule reads: a rule whose fields never occur can never fire. */
export function fieldsOf(rule: EventRule): ReadonlySet<number> {
  return new Set(leavesOf(rule.cond).flatMap((leaf) => (leaf.k === 'field' ? [leaf.field] : [])))
}
