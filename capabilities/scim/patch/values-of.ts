import { badRequest } from '../protocol/scim-problem.ts'
import { readValue, withoutDoubles } from '../resource/read-value.ts'
import {
  type Attribute,
  type Attributes,
  type Complex,
  isComplex,
  isSeveral,
  type Simple,
  type Value,
} from '../schema/attribute.ts'

/** Values with one attribute set; undefined, an empty list or object: taken away. */
export function withValue(values: Attributes, { key }: Attribute, value: Value | undefined): Attributes {
  const { [key]: _before, ...others } = values
  if (value === undefined || (isSeveral(value) && value.length === 0)) return others
  if (isComplex(value) && Object.keys(value).length === 0) return others
  return { ...others, [key]: value }
}

/** The values of a multi-valued attribute. */
export const severalOf = (values: Attributes, { key }: Attribute): readonly Complex[] => {
  const value = values[key]
  return isSeveral(value) ? value : []
}

export const complexOf = (values: Attributes, { key }: Attribute): Complex => {
  const value = values[key]
  return isComplex(value) ? value : {}
}

/** A value for an attribute with parts: which parts it sets, and which it takes away by null. @throws {ScimProblem} `invalidValue` */
export function partsGiven(
  attribute: Attribute,
  raw: unknown,
): { readonly set: Complex; readonly unset: readonly string[] } {
  const read = readValue({ ...attribute, multiValued: false }, raw)
  const set = isComplex(read) ? read : {}
  const unset =
    typeof raw === 'object' && raw !== null
      ? Object.entries(raw).flatMap(([name, value]) => {
          const part = attribute.parts.get(name.toLowerCase())
          return value === null && part !== undefined ? [part.key] : []
        })
      : []
  return { set, unset }
}

/** An object with other parts set and some taken away. */
export const merged = (value: Complex, { set, unset }: ReturnType<typeof partsGiven>): Complex => ({
  ...Object.fromEntries(Object.entries(value).filter(([name]) => !unset.includes(name))),
  ...set,
})

export const withPart = (value: Complex, part: Attribute, simple: Simple): Complex => ({ ...value, [part.key]: simple })

export const withoutPart = (value: Complex, part: Attribute): Complex =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== part.key))

/** A part's value. @throws {ScimProblem} `invalidValue` */
export function simpleGiven(part: Attribute, raw: unknown): Simple {
  const value = readValue(part, raw)
  if (typeof value !== 'string' && typeof value !== 'boolean')
    throw badRequest('invalidValue', `„${part.name}“ braucht einen Wert`, `“${part.name}” needs a value`)
  return value
}

/**
 * Puts several values together: each once, and where one of the new ones is preferred, none of the others any more (RFC 7644,
 * section 3.5.2).
 */
export function settled(values: readonly Complex[], isNew: (value: Complex) => boolean): readonly Complex[] {
  const preferred = values.some((value) => isNew(value) && value['primary'] === true)
  const kept = values.filter((value) => Object.keys(value).length > 0)
  if (!preferred) return withoutDoubles(kept)
  return withoutDoubles(
    kept.map((value) => (value['primary'] === true && !isNew(value) ? { ...value, primary: false } : value)),
  )
}
