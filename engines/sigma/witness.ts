import { fold } from './fold.ts'
import type { Node, Test } from './ir.ts'
import { requiredLiteral } from './required-literal.ts'
import { MANY, type Part } from './wildcard.ts'

/** How a literal lies in a value. `any`: the field has some value; needs no literal. */
export type Lies = 'equals' | 'prefix' | 'suffix' | 'inside' | 'any'

/** A necessary condition on one field (-1: on any value of the event): what an index can look for. */
export interface Clue {
  readonly field: number
  readonly lies: Lies
  /** Folded. */
  readonly text: string
}

export const ANYWHERE = -1

/** Guesses which share of events shows a clue; smaller is better. */
export type Cost = (clue: Clue) => number

/**
 * The witness of a condition: clues of which at least one is in every event where the condition holds, chosen to be rare.
 * Null where there are none (a rule that is nothing but a negation): such a rule is judged on every event of its source.
 */
export function witnessOf(cond: Node, cost: Cost): readonly Clue[] | null {
  return search(cond, false, cost)?.clues ?? null
}

interface Found {
  readonly clues: readonly Clue[]
  readonly cost: number
}

function search(node: Node, negated: boolean, cost: Cost): Found | null {
  switch (node.k) {
    case 'not':
      return search(node.of, !negated, cost)
    case 'and':
    case 'or':
      return (node.k === 'and') === negated ? union(node.of, negated, cost) : best(node.of, negated, cost)
    case 'words':
      return negated
        ? null
        : cheapest(
            node.any.map((test) => clueOf(ANYWHERE, test)),
            cost,
          )
    case 'field':
      return negated
        ? unless(node.field, node.any, cost)
        : cheapest(
            node.any.map((test) => clueOf(node.field, test)),
            cost,
          )
  }
}

/** Of several necessary conditions one is enough: the rarest. */
function best(nodes: readonly Node[], negated: boolean, cost: Cost): Found | null {
  let found: Found | null = null
  for (const node of nodes) {
    const next = search(node, negated, cost)
    if (next !== null && (found === null || next.cost < found.cost)) found = next
  }
  return found
}

/** Where any of several may hold, each needs a witness. */
function union(nodes: readonly Node[], negated: boolean, cost: Cost): Found | null {
  const clues: Clue[] = []
  let sum = 0
  for (const node of nodes) {
    const next = search(node, negated, cost)
    if (next === null) return null
    clues.push(...next.clues)
    sum += next.cost
  }
  return { clues, cost: sum }
}

function cheapest(clues: readonly (Clue | null)[], cost: Cost): Found | null {
  const kept: Clue[] = []
  let sum = 0
  for (const clue of clues) {
    if (clue === null) return null
    kept.push(clue)
    sum += cost(clue)
  }
  return { clues: kept, cost: sum }
}

/** "Not absent" is a presence. */
function unless(field: number, any: readonly Test[], cost: Cost): Found | null {
  if (!any.some((test) => test.t === 'null' || (test.t === 'exists' && !test.yes))) return null
  return cheapest([{ field, lies: 'any', text: '' }], cost)
}

function clueOf(field: number, test: Test): Clue | null {
  const some: Clue = { field, lies: 'any', text: '' }
  switch (test.t) {
    case 'null':
      return null
    case 'exists':
      return test.yes ? some : null
    case 're': {
      const literal = requiredLiteral(test.source)
      return literal === null ? some : { field, lies: 'inside', text: fold(literal) }
    }
    case 'text':
      return textClue(field, test.parts)
    default:
      return some
  }
}

function textClue(field: number, parts: readonly Part[]): Clue {
  if (parts.length === 0) return { field, lies: 'equals', text: '' }
  const [first, second] = parts
  const last = parts.at(-1)
  if (parts.length === 1 && typeof first === 'string') return { field, lies: 'equals', text: fold(first) }
  if (parts.length === 2 && typeof first === 'string' && second === MANY)
    return { field, lies: 'prefix', text: fold(first) }
  if (parts.length === 2 && first === MANY && typeof second === 'string')
    return { field, lies: 'suffix', text: fold(second) }
  let longest: Clue = { field, lies: 'any', text: '' }
  for (const part of parts) {
    if (typeof part !== 'string' || part.length <= longest.text.length) continue
    const lies: Lies =
      part === first && parts[0] === part ? 'prefix' : part === last && parts.at(-1) === part ? 'suffix' : 'inside'
    longest = { field, lies, text: fold(part) }
  }
  return longest
}
