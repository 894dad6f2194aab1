import { badRequest, shown } from '../protocol/scim-problem.ts'
import type { Attribute, Complex, Simple, Value } from '../schema/attribute.ts'
import { isObject, membersByName } from './members-by-name.ts'

// Control characters, and those that turn the reading direction, by which one name can pass for another.
const PLAIN = /^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u

/**
 * A value as a caller wrote it, in the form in which it is kept. What the schema does not know is left out; what is read-only too.
 * Takes what providers send beside the letter: booleans as text, a single value where there may be several, an identifier in
 * place of `{"value": …}`.
 *
 * @returns undefined for what stands for nothing: null, an empty list, an empty object
 * @throws {ScimProblem} `invalidValue`
 */
export function readValue(attribute: Attribute, raw: unknown): Value | undefined {
  if (raw === null || raw === undefined) return undefined
  if (attribute.type !== 'complex') return readSimple(attribute, unwrapped(raw))
  if (!attribute.multiValued) return readComplex(attribute, raw)
  const given = Array.isArray(raw) ? (raw as readonly unknown[]) : [raw]
  if (given.length > attribute.most)
    throw invalid(attribute, `höchstens ${attribute.most} Werte`, `at most ${attribute.most} values`)
  const read = given.map((one) => readComplex(attribute, one)).filter((one) => one !== undefined)
  return read.length === 0 ? undefined : withoutDoubles(read)
}

/** Each value once, in the order of their first appearance. */
export function withoutDoubles(values: readonly Complex[]): readonly Complex[] {
  const known = new Map<string, Complex>()
  for (const value of values) if (!known.has(sameness(value))) known.set(sameness(value), value)
  return known.size === values.length ? values : [...known.values()]
}

/** Equal texts for equal values. */
export const sameness = (value: Complex): string =>
  JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))

/** Older jobs of Entra write a simple value as `[{"$ref": null, "value": …}]`. */
function unwrapped(raw: unknown): unknown {
  const [only, ...others] = Array.isArray(raw) ? (raw as readonly unknown[]) : []
  return isObject(only) && others.length === 0 && 'value' in only ? only['value'] : raw
}

function readComplex(attribute: Attribute, raw: unknown): Complex | undefined {
  const value = attribute.parts.has('value') && typeof raw === 'string' ? { value: raw } : raw
  if (value === null) return undefined
  if (!isObject(value)) throw invalid(attribute, 'ein Objekt erwartet', 'an object expected')
  const given = membersByName(value)
  const read: [string, Simple][] = []
  for (const [lower, part] of attribute.parts) {
    const simple = given.get(lower)
    if (part.required && typeof simple !== 'string') throw invalid(part, 'fehlt', 'is missing')
    if (part.mutability === 'readOnly' || simple === undefined || simple === null) continue
    read.push([part.key, readSimple(part, simple)])
  }
  return read.length === 0 ? undefined : Object.fromEntries(read)
}

function readSimple(attribute: Attribute, raw: unknown): Simple {
  if (attribute.type === 'boolean') {
    const word = typeof raw === 'string' ? raw.toLowerCase() : raw
    if (word === true || word === 'true') return true
    if (word === false || word === 'false') return false
    throw invalid(attribute, 'true oder false erwartet', 'true or false expected')
  }
  if (typeof raw !== 'string') throw invalid(attribute, 'Text erwartet', 'text expected')
  if (raw.length > attribute.most)
    throw invalid(attribute, `höchstens ${attribute.most} Zeichen`, `at most ${attribute.most} characters`)
  // PostgreSQL keeps neither in jsonb.
  if (!raw.isWellFormed() || raw.includes('\0')) throw invalid(attribute, 'kein gültiger Text', 'no valid text')
  if (attribute.plain && !PLAIN.test(raw)) throw invalid(attribute, 'enthält Steuerzeichen', 'holds control characters')
  return raw
}

const invalid = (attribute: Attribute, de: string, en: string) =>
  badRequest('invalidValue', `„${shown(attribute.name)}“: ${de}`, `“${shown(attribute.name)}”: ${en}`)
