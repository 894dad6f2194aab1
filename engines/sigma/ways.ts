import type { Condition } from './condition.ts'
import type { Way } from './correlation-ir.ts'
import { SigmaError } from './errors.ts'

/** An extended condition with more ways to hold is refused. */
const MAX_WAYS = 256

/** A way with names instead of numbers. */
interface Draft {
  readonly has: ReadonlySet<string>
  readonly lacks: ReadonlySet<string>
}

/**
 * The ways in which a boolean condition over rules can hold: its disjunctive normal form. References are in the order of
 * the list of rules where there is one, else of their appearance; both must name the same rules. A way that only lacks
 * rules has no event to hold at, and is refused.
 */
export function waysOf(
  condition: Condition,
  listed: readonly string[],
): { refs: readonly string[]; ways: readonly Way[] } {
  const names = [...new Set(namesIn(condition))]
  const unused = listed.filter((name) => !names.includes(name))
  const unlisted = listed.length === 0 ? [] : names.filter((name) => !listed.includes(name))
  if (unused.length > 0)
    throw new SigmaError('malformed', `rules that the condition does not name: ${unused.join(', ').slice(0, 200)}`)
  if (unlisted.length > 0)
    throw new SigmaError('malformed', `condition names rules that are not listed: ${unlisted.join(', ').slice(0, 200)}`)
  const refs = listed.length === 0 ? names : listed
  const ways = drafts(condition, false)
    .filter(({ has, lacks }) => ![...has].some((name) => lacks.has(name)))
    .map(({ has, lacks }) => ({ has: numbers(has, refs), lacks: numbers(lacks, refs) }))
  if (ways.length === 0) throw new SigmaError('malformed', 'condition can never hold')
  if (ways.some(({ has }) => has.length === 0)) {
    throw new SigmaError('unsupported', 'condition can hold without any event; name a rule that must match')
  }
  return { refs, ways }
}

const numbers = (names: ReadonlySet<string>, refs: readonly string[]): number[] =>
  refs.flatMap((name, i) => (names.has(name) ? [i] : []))

function drafts(condition: Condition, negated: boolean): readonly Draft[] {
  switch (condition.c) {
    case 'name': {
      const one = new Set([condition.name])
      return [negated ? { has: new Set(), lacks: one } : { has: one, lacks: new Set() }]
    }
    case 'not':
      return drafts(condition.of, !negated)
    case 'some':
      throw new SigmaError('unsupported', '"of" in a condition over rules')
    case 'and':
    case 'or': {
      const parts = condition.of.map((one) => drafts(one, negated))
      const all = (condition.c === 'and') === negated ? parts.flat() : parts.reduce(both)
      if (all.length > MAX_WAYS) throw new SigmaError('too_large', `condition holds in more than ${MAX_WAYS} ways`)
      return all
    }
  }
}

const both = (left: readonly Draft[], right: readonly Draft[]): readonly Draft[] => {
  if (left.length * right.length > MAX_WAYS)
    throw new SigmaError('too_large', `condition holds in more than ${MAX_WAYS} ways`)
  return left.flatMap((a) =>
    right.map((b) => ({ has: new Set([...a.has, ...b.has]), lacks: new Set([...a.lacks, ...b.lacks]) })),
  )
}

function namesIn(condition: Condition): string[] {
  if (condition.c === 'name') return [condition.name]
  if (condition.c === 'some') return []
  return condition.c === 'not' ? namesIn(condition.of) : condition.of.flatMap(namesIn)
}
