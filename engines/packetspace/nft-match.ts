import { both, either, type Formula, negate, parts } from './ir.ts'
import { bitsOf, ctAny, ctTest, isObject, type Json, type JsonObject, type Key, keyOf } from './nft-keys.ts'
import { PROTOCOLS } from './nft-symbols.ts'

/** What a table knows that its rules refer to. */
export interface MatchContext {
  /** The elements of a set or map by name; undefined where it is not there, `dynamic` where packets change it. */
  readonly elements: (name: string) => readonly Json[] | 'dynamic' | undefined
  /** Whether some rule writes what this expression reads, so that two reads of one packet may differ. */
  readonly written: (left: Json) => boolean
}

const text = (json: Json): string => JSON.stringify(json)
const opaque = (key: string, stateful: boolean): Formula => ({ op: 'opaque', key, stateful })

/** Left sides whose `!=` is the complement of `==` wherever the field is there at all. */
function invertible(left: Json): boolean {
  if (!isObject(left)) return false
  const { payload, meta } = left
  if (isObject(payload)) return payload['protocol'] === 'ip' || payload['protocol'] === 'ip6'
  return isObject(meta) && ['mark', 'length', 'pkttype', 'priority'].includes(String(meta['key']))
}

/** The protocol that has to be there for an expression that cannot be evaluated otherwise. */
function guardOf(left: Json): Formula {
  const payload = isObject(left) ? left['payload'] : undefined
  const masked = isObject(left) ? left['&'] : undefined
  if (Array.isArray(masked)) return guardOf(masked[0] as Json)
  if (!isObject(payload) || typeof payload['protocol'] !== 'string') return { op: 'true' }
  const name = payload['protocol']
  if (name === 'ip') return { op: 'family', is: 'ip4' }
  if (name === 'ip6') return { op: 'family', is: 'ip6' }
  const number = PROTOCOLS[name]
  return number === undefined ? { op: 'true' } : { op: 'in', field: 'proto', ranges: [{ lo: number, hi: number }] }
}

function opaqueMatch(op: string, left: Json, right: Json, context: MatchContext): Formula {
  const stateful = context.written(left) || (isObject(left) && ('numgen' in left || 'symhash' in left))
  if (op === '!=' && invertible(left))
    return both(guardOf(left), negate(opaque(`${text(left)} == ${text(right)}`, stateful)))
  return both(guardOf(left), opaque(`${text(left)} ${op === 'in' ? '==' : op} ${text(right)}`, stateful))
}

/** The elements of a right side that is a set; undefined where it is a single value. */
function setOf(right: Json, context: MatchContext): readonly Json[] | 'dynamic' | 'missing' | undefined {
  if (typeof right === 'string' && right.startsWith('@')) return context.elements(right.slice(1)) ?? 'missing'
  if (isObject(right) && Array.isArray(right['set'])) return right['set'] as readonly Json[]
  return undefined
}

/** One value against a key; undefined where it cannot be read. */
export function testElement(key: Key, element: Json): Formula | undefined {
  if (key.kind === 'ctState') return ctTest(element)
  if (key.kind === 'value') return key.test(element)
  const value = isObject(element) && isObject(element['elem']) ? (element['elem']['val'] ?? null) : element
  const bits = bitsOf(value, 'tcpFlags')
  return bits === undefined ? undefined : { op: 'flags', mask: 255, equals: bits }
}

const COMPARE = ['<', '>', '<=', '>=']

/** `{"match": {op, left, right}}` of libnftables-json(5) as a formula. What cannot be evaluated becomes opaque, never a constant. */
export function matchFormula(match: JsonObject, context: MatchContext): Formula {
  const { op, left = null, right = null, ...rest } = match
  if (typeof op !== 'string' || Object.keys(rest).length > 0) return opaque(`match ${text(match)}`, true)
  const evaluated = context.written(left) ? undefined : evaluate(op, left, right, context)
  return evaluated ?? opaqueMatch(op, left, right, context)
}

function evaluate(op: string, left: Json, right: Json, context: MatchContext): Formula | undefined {
  const masked = isObject(left) ? left['&'] : undefined
  if (Array.isArray(masked)) return maskedMatch(op, masked as readonly Json[], right)
  const key = keyOf(left)
  if (key === undefined) return undefined
  const elements = setOf(right, context)
  if (elements === 'missing') return undefined
  if (elements === 'dynamic') return both(key.guard, opaque(`${text(left)} in ${text(right)}`, true))
  if (elements !== undefined) {
    const tests = elements.map((e) => testElement(key, e))
    if (tests.some((t) => t === undefined)) return undefined
    return signed(op, key.guard, either(...(tests as Formula[])))
  }
  if (key.kind !== 'value') return bitmaskMatch(op, key, right)
  if (COMPARE.includes(op)) return compared(op, key, right)
  const test = key.test(right)
  return test === undefined ? undefined : signed(op, key.guard, test)
}

function signed(op: string, guard: Formula, test: Formula): Formula | undefined {
  if (op === '==' || op === 'in') return both(guard, test)
  return op === '!=' ? both(guard, negate(test)) : undefined
}

/** `ct state` and `tcp flags`: `in` asks for any bit, `!` for none, `==` and `!=` compare the number. */
function bitmaskMatch(op: string, key: Key, right: Json): Formula | undefined {
  const kind = key.kind === 'ctState' ? 'ctState' : 'tcpFlags'
  const bits = bitsOf(right, kind)
  if (bits === undefined) return undefined
  const anyBit: Formula = kind === 'ctState' ? ctAny(bits) : negate({ op: 'flags', mask: bits, equals: 0 })
  if (op === 'in') return both(key.guard, anyBit)
  if (op === '!') return both(key.guard, negate(anyBit))
  const same = testElement(key, bits)
  return same === undefined ? undefined : signed(op, key.guard, same)
}

function maskedMatch(op: string, [of = null, mask = null]: readonly Json[], right: Json): Formula | undefined {
  const payload = isObject(of) ? of['payload'] : undefined
  if (isObject(payload) && payload['protocol'] === 'ip' && payload['field'] === 'frag-off') {
    // The lower 13 bits are the offset: zero in whole packets and first fragments.
    if (mask !== 0x1fff || right !== 0 || (op !== '==' && op !== '!=')) return undefined
    const later = op === '!=' ? 1 : 0
    return both({ op: 'family', is: 'ip4' }, { op: 'in', field: 'fragment', ranges: [{ lo: later, hi: later }] })
  }
  const key = keyOf(of)
  if (key?.kind === 'tcpFlags') {
    const bits = bitsOf(mask, 'tcpFlags')
    const equals = bitsOf(right, 'tcpFlags')
    if (bits === undefined || equals === undefined) return undefined
    return signed(op, key.guard, (equals & ~bits) !== 0 ? { op: 'false' } : { op: 'flags', mask: bits, equals })
  }
  if (key?.kind === 'ctState') {
    const bits = bitsOf(mask, 'ctState')
    if (bits === undefined || right !== 0 || (op !== '==' && op !== '!=')) return undefined
    return both(key.guard, op === '!=' ? ctAny(bits) : negate(ctAny(bits)))
  }
  return undefined
}

/** `<` and its kind, from the formula of the bound: everything before or after it. */
function compared(op: string, key: Key, right: Json): Formula | undefined {
  const test = key.test(right)
  if (test?.op !== 'in' || test.ranges.length !== 1) return undefined
  const [{ lo, hi } = { lo: 0, hi: 0 }] = test.ranges
  const big = typeof lo === 'bigint'
  const zero = big ? 0n : 0
  const last = big ? (1n << 128n) - 1n : 2 ** 32 - 1
  if (op === '<=') return both(key.guard, { ...test, ranges: [{ lo: zero, hi }] })
  if (op === '>=') return both(key.guard, { ...test, ranges: [{ lo, hi: last }] })
  if (op === '<') return both(key.guard, negate({ ...test, ranges: [{ lo, hi: last }] }))
  return both(key.guard, negate({ ...test, ranges: [{ lo: zero, hi }] }))
}

/** The predicates of a formula that this package cannot evaluate. */
export function opaqueParts(f: Formula): { key: string; stateful: boolean }[] {
  return [...parts(f)].flatMap((part) => (part.op === 'opaque' ? [{ key: part.key, stateful: part.stateful }] : []))
}
