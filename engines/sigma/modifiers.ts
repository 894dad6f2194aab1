import { base64, base64Offsets, bytesAsText, utf16, type Wide, windash } from './encodings.ts'
import { SigmaError } from './errors.ts'
import type { Compare, TimeUnit } from './ir.ts'
import { expand, type Placeholders } from './placeholders.ts'
import { cidr, text, type Value } from './values.ts'
import { plainText, widen } from './wildcard.ts'

/** What a chain of modifiers makes of the values of one item. */
interface Modified {
  /** For each value of the file the values that it became; any of them will do. */
  readonly groups: readonly (readonly Value[])[]
  /** All groups must hold (`all`) instead of any. */
  readonly all: boolean
  /** The whole item is negated (`neq`). */
  readonly negated: boolean
}

/** Windash and offsets multiply values; no rule needs more. */
const MAX_VALUES = 10_000

/**
 * Applies modifiers from left to right (Sigma Modifiers 2.1). A chain that means nothing is refused.
 * `hasField`: false for keywords, which have no field to compare.
 */
export function applyModifiers(
  modifiers: readonly string[],
  values: readonly Value[],
  hasField: boolean,
  placeholders: Placeholders,
): Modified {
  let groups: (readonly Value[])[] = values.map((value) => [value])
  let all = false
  let negated = false
  const done: string[] = []
  for (const modifier of modifiers) {
    if (modifier === 'all') all = true
    else if (modifier === 'neq') negated = true
    else {
      const change = changeOf(modifier, done, hasField, placeholders)
      groups = groups.map((group) => group.flatMap(change))
      if (groups.reduce((sum, group) => sum + group.length, 0) > MAX_VALUES) {
        throw new SigmaError('too_large', `modifiers make more than ${MAX_VALUES} values`)
      }
    }
    if (done.includes(modifier)) throw new SigmaError('malformed', `modifier "${modifier}" is given twice`)
    done.push(modifier)
  }
  if (all && done.includes('exists')) throw new SigmaError('malformed', '"exists" takes one boolean')
  return { groups: groups.map((group) => group.map(asText)), all, negated }
}

const asText = (value: Value): Value => (value.v === 'bytes' ? plain(bytesAsText(value.bytes)) : value)
const plain = (raw: string): Value => ({ v: 'text', raw, parts: raw === '' ? [] : [raw], cased: false })

type Change = (value: Value) => readonly Value[]

function changeOf(modifier: string, done: readonly string[], hasField: boolean, placeholders: Placeholders): Change {
  const one =
    (change: (value: Value) => Value): Change =>
    (value) => [change(value)]
  const needsField = (): void => {
    if (!hasField) throw new SigmaError('malformed', `modifier "${modifier}" needs a field`)
  }
  switch (modifier) {
    case 'contains':
      return one((value) => wide(value, modifier, true, true))
    case 'startswith':
      needsField()
      return one((value) => wide(value, modifier, false, true))
    case 'endswith':
      needsField()
      return one((value) => wide(value, modifier, true, false))
    case 'cased':
      return one((value) => {
        const strings = asString(value, modifier)
        return strings.v === 'text' || strings.v === 'ref' ? { ...strings, cased: true } : wrong(modifier)
      })
    case 'windash':
      return (value) => {
        const found = asString(value, modifier)
        if (found.v !== 'text') return wrong(modifier)
        return windash(found.parts).map((parts) => ({ ...found, parts }))
      }
    case 'base64':
      return one((value) => keepCase(value, text(base64(bytesOf(value, modifier)))))
    case 'base64offset':
      return (value) => base64Offsets(bytesOf(value, modifier)).map((offset) => keepCase(value, plain(offset)))
    case 'wide':
      return one((value) => ({ v: 'bytes', bytes: utf16(plainOf(value, modifier), 'utf16le') }))
    case 'utf16le':
    case 'utf16be':
    case 'utf16':
      return one((value) => ({ v: 'bytes', bytes: utf16(plainOf(value, modifier), modifier satisfies Wide) }))
    case 're':
      if (done.some((other) => other !== 'all' && other !== 'neq' && other !== 'expand')) {
        throw new SigmaError('malformed', '"re" takes values that nothing has changed')
      }
      return one((value) => {
        const found = asString(value, modifier)
        return found.v === 'text' ? { v: 're', source: found.raw, flags: '' } : wrong(modifier)
      })
    case 'i':
    case 'm':
    case 's':
    case 'ignorecase':
    case 'multiline':
    case 'dotall':
      return one((value) => {
        const flag = modifier === 'dotall' ? 's' : modifier.charAt(0)
        return value.v === 're' ? { ...value, flags: value.flags + flag } : wrong(modifier)
      })
    case 'cidr':
      needsField()
      if (done.some((other) => other !== 'all' && other !== 'neq' && other !== 'expand')) {
        throw new SigmaError('malformed', '"cidr" takes values that nothing has changed')
      }
      return one((value) => (value.v === 'text' ? cidr(value.raw) : wrong(modifier)))
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      needsField()
      return one((value) => compare(value, modifier))
    case 'minute':
    case 'hour':
    case 'day':
    case 'week':
    case 'month':
    case 'year':
      needsField()
      return one((value) => time(value, modifier))
    case 'exists':
      needsField()
      if (done.some((other) => other !== 'neq')) throw new SigmaError('malformed', '"exists" stands alone')
      return one((value) => (value.v === 'bool' ? { v: 'exists', yes: value.yes } : wrong(modifier)))
    case 'expand':
      return (value) => expand(value, placeholders)
    case 'fieldref':
      needsField()
      return one((value) => reference(value))
    default:
      throw new SigmaError('unsupported', `modifier "${modifier.slice(0, 64)}" is not known`)
  }
}

function wide(value: Value, modifier: string, front: boolean, back: boolean): Value {
  if (value.v === 're') return anchored(value.source, value.flags, !front, !back)
  if (value.v === 'ref') {
    const how = front && back ? 'contains' : back ? 'startswith' : 'endswith'
    return { ...value, how }
  }
  const found = asString(value.v === 'bytes' ? asText(value) : value, modifier)
  return found.v === 'text' ? { ...found, parts: widen(found.parts, front, back) } : wrong(modifier)
}

/** Expressions are found anywhere already; an end that must stay where it is gets an anchor. */
function anchored(source: string, flags: string, front: boolean, back: boolean): Value {
  if (!front && !back) return { v: 're', source, flags }
  return { v: 're', source: `${front ? '^' : ''}(?:${source})${back ? '$' : ''}`, flags }
}

/** Numbers count as their text where a modifier wants text. */
function asString(value: Value, modifier: string): Value {
  if (value.v === 'number') return text(String(value.n))
  if (value.v === 'text' || value.v === 'ref') return value
  return wrong(modifier)
}

function plainOf(value: Value, modifier: string): string {
  const found = asString(value, modifier)
  const only = found.v === 'text' ? plainText(found.parts) : null
  if (only === null) throw new SigmaError('malformed', `"${modifier}" of a value with wildcards`)
  return only
}

function bytesOf(value: Value, modifier: string): Uint8Array {
  return value.v === 'bytes' ? value.bytes : new TextEncoder().encode(plainOf(value, modifier))
}

const keepCase = (from: Value, to: Value): Value =>
  from.v === 'text' && from.cased && to.v === 'text' ? { ...to, cased: true } : to

function compare(value: Value, op: Compare): Value {
  if (value.v === 'number') return { v: 'cmp', op, n: value.n }
  if (value.v === 'time' && value.op === 'eq') return { ...value, op }
  return wrong(op)
}

function time(value: Value, unit: TimeUnit): Value {
  if (value.v === 'number' && Number.isInteger(value.n)) return { v: 'time', unit, op: 'eq', n: value.n }
  if (value.v === 'cmp') return { v: 'time', unit, op: value.op, n: value.n }
  return wrong(unit)
}

function reference(value: Value): Value {
  if (value.v !== 'text') return wrong('fieldref')
  const [front, back] = [value.parts[0] === 0, value.parts.at(-1) === 0]
  const field = plainText(value.parts.filter((part, i) => part !== 0 || (i > 0 && i < value.parts.length - 1)))
  if (field === null || field === '') throw new SigmaError('malformed', '"fieldref" takes the plain name of a field')
  const how = front && back ? 'contains' : back ? 'startswith' : front ? 'endswith' : 'equals'
  return { v: 'ref', field, how, cased: value.cased }
}

function wrong(modifier: string): never {
  throw new SigmaError('malformed', `modifier "${modifier}" does not go with this kind of value`)
}
