import { inNetwork, readNetwork } from './cidr.ts'
import { allTexts, type SigmaEvent, textsOf, valueAt } from './event-fields.ts'
import type { Compare, EventSource, Node, Test } from './ir.ts'
import type { Pack } from './pack.ts'
import { fits } from './pipeline.ts'
import { timePart } from './time-part.ts'
import type { Part } from './wildcard.ts'

/**
 * The oracle: evaluates every rule of a pack over an event as the specification reads, without index, folding table or
 * RE2. Text is compared by the platform's own regular expressions, whose `i` and `u` fold as Unicode says. Slow, and open
 * to hostile patterns: for tests and for checking a single alert again, never for a stream.
 */
export function matchNaively(pack: Pack, event: SigmaEvent, source: EventSource): number[] {
  const found: number[] = []
  for (const [i, rule] of pack.rules.entries()) {
    if (rule.kind === 'event' && fits(rule.logsource, source) && holds(rule.cond, event, pack.fields)) found.push(i)
  }
  return found
}

function holds(node: Node, event: SigmaEvent, fields: Pack['fields']): boolean {
  switch (node.k) {
    case 'and':
      return node.of.every((one) => holds(one, event, fields))
    case 'or':
      return node.of.some((one) => holds(one, event, fields))
    case 'not':
      return !holds(node.of, event, fields)
    case 'words':
      return allTexts(event).some((text) => node.any.some((test) => textHolds(test, text, [])))
    case 'field': {
      const value = valueAt(event, fields[node.field] ?? [])
      return node.any.some((test) => fieldHolds(test, value, event, fields))
    }
  }
}

function fieldHolds(test: Test, value: unknown, event: SigmaEvent, fields: Pack['fields']): boolean {
  if (test.t === 'null') return value === undefined || value === null
  if (test.t === 'exists') return (value !== undefined) === test.yes
  const others = test.t === 'ref' ? textsOf(valueAt(event, fields[test.field] ?? [])) : []
  return textsOf(value).some((text) => textHolds(test, text, others))
}

function textHolds(test: Test, text: string, others: readonly string[]): boolean {
  switch (test.t) {
    case 'text':
      return patternOf(test.parts, test.cased === true).test(text)
    case 're':
      return nativeExpression(test.source, test.flags).test(text)
    case 'cidr':
      return inNetwork(text, readNetwork(test.net))
    case 'cmp':
      return /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(text) && compares(Number(text), test.op, test.n)
    case 'time': {
      const part = timePart(text, test.unit)
      return part !== null && compares(part, test.op, test.n)
    }
    case 'ref':
      return others.some((other) => {
        const [front, back] = [
          test.how === 'contains' || test.how === 'endswith',
          test.how === 'contains' || test.how === 'startswith',
        ]
        const parts: Part[] = [...(front ? [0 as const] : []), other, ...(back ? [0 as const] : [])]
        return patternOf(parts, test.cased === true).test(text)
      })
    case 'null':
    case 'exists':
      return false
  }
}

function compares(value: number, op: Compare, bound: number): boolean {
  return { lt: value < bound, lte: value <= bound, gt: value > bound, gte: value >= bound, eq: value === bound }[op]
}

const patterns = new Map<string, RegExp>()

function patternOf(parts: readonly Part[], cased: boolean): RegExp {
  const key = JSON.stringify([parts, cased])
  const known = patterns.get(key)
  if (known !== undefined) return known
  const source = parts.map((part) => (part === 0 ? '.*' : part === 1 ? '.' : escaped(part))).join('')
  const made = new RegExp(`^(?:${source})$`, cased ? 'su' : 'sui')
  patterns.set(key, made)
  return made
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

const expressions = new Map<string, RegExp>()

/** A pattern of RE2 for the platform: flags at its front become flags. */
function nativeExpression(source: string, flags: string): RegExp {
  const key = `${flags}/${source}`
  const known = expressions.get(key)
  if (known !== undefined) return known
  const front = /^\(\?([ims]+)\)/.exec(source)
  const all = [...new Set(flags + (front?.[1] ?? ''))].join('')
  const made = unicodeExpression(source.slice(front?.[0].length ?? 0), all)
  expressions.set(key, made)
  return made
}

/** By characters, not units, as RE2 reads; `u` forbids escapes that mean nothing, which rules do have. */
function unicodeExpression(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, `${flags}u`)
  } catch {
    return new RegExp(source, flags)
  }
}
