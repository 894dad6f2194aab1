import { type Network, readNetwork } from './cidr.ts'
import { SigmaError } from './errors.ts'
import type { Compare, RefHow, Test, TimeUnit } from './ir.ts'
import { expression } from './regex.ts'
import { type Part, readPattern } from './wildcard.ts'

/** A value of a rule on its way through its modifiers. `raw` is what the file says. */
export type Value =
  | { readonly v: 'text'; readonly raw: string; readonly parts: readonly Part[]; readonly cased: boolean }
  | { readonly v: 'bytes'; readonly bytes: Uint8Array }
  | { readonly v: 'number'; readonly n: number }
  | { readonly v: 'bool'; readonly yes: boolean }
  | { readonly v: 'null' }
  | { readonly v: 're'; readonly source: string; readonly flags: string }
  | { readonly v: 'cidr'; readonly net: Network; readonly text: string }
  | { readonly v: 'cmp'; readonly op: Compare; readonly n: number }
  | { readonly v: 'time'; readonly unit: TimeUnit; readonly op: Compare; readonly n: number }
  | { readonly v: 'exists'; readonly yes: boolean }
  | { readonly v: 'ref'; readonly field: string; readonly how: RefHow; readonly cased: boolean }

/** A plain scalar of YAML as a value. */
export function scalarValue(scalar: unknown): Value {
  if (typeof scalar === 'string') return text(scalar)
  if (typeof scalar === 'number' || typeof scalar === 'bigint') return { v: 'number', n: Number(scalar) }
  if (typeof scalar === 'boolean') return { v: 'bool', yes: scalar }
  if (scalar === null || scalar === undefined) return { v: 'null' }
  throw new SigmaError('malformed', 'a value is neither text, number, boolean nor null')
}

export const text = (raw: string): Value => ({ v: 'text', raw, parts: readPattern(raw), cased: false })

/** The test that a finished value stands for. `fieldNumber` enters the field of a `fieldref` into the dictionary. */
export function testOf(value: Value, fieldNumber: (name: string) => number): Test {
  switch (value.v) {
    case 'text':
      return value.cased ? { t: 'text', parts: value.parts, cased: true } : { t: 'text', parts: value.parts }
    case 'number':
      return { t: 'text', parts: [String(value.n)] }
    case 'bool':
      return { t: 'text', parts: [String(value.yes)] }
    case 'null':
      return { t: 'null' }
    case 're':
      expression(value.source, value.flags)
      return { t: 're', source: value.source, flags: value.flags }
    case 'cidr':
      return { t: 'cidr', net: value.text }
    case 'cmp':
      return { t: 'cmp', op: value.op, n: value.n }
    case 'time':
      return { t: 'time', unit: value.unit, op: value.op, n: value.n }
    case 'exists':
      return { t: 'exists', yes: value.yes }
    case 'ref': {
      const field = fieldNumber(value.field)
      return value.cased ? { t: 'ref', field, how: value.how, cased: true } : { t: 'ref', field, how: value.how }
    }
    case 'bytes':
      throw new Error('bytes are turned to text before')
  }
}

export function cidr(raw: string): Value {
  return { v: 'cidr', net: readNetwork(raw), text: raw }
}
