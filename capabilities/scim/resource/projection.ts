import { badRequest } from '../protocol/scim-problem.ts'
import { type Attribute, type Attributes, type Complex, isComplex, isSeveral, type Value } from '../schema/attribute.ts'
import { resolveName } from '../schema/resolve-name.ts'
import { attributesOf, type ResourceType } from '../schema/resource-type.ts'

const MOST_NAMES = 100

/** Which attributes an answer has (RFC 7644, section 3.9): per key all of it, or the parts that are named. */
export interface Projection {
  has(attribute: Attribute): boolean
  parts(attribute: Attribute, value: Complex): Complex
}

/**
 * @param wanted - names of the only attributes to tell, beside those that always are; null: all
 * @param unwanted - names of attributes to leave out; null: none
 * @throws {ScimProblem} `invalidValue` where there are too many names
 */
export function projection(type: ResourceType, wanted: string | null, unwanted: string | null): Projection {
  const only = wanted === null ? null : named(type, wanted)
  const without = unwanted === null ? null : named(type, unwanted)
  return {
    has: ({ key, returned }) => {
      if (returned === 'always') return true
      if (only !== null && !only.has(key)) return false
      return without?.get(key) !== 'all'
    },
    parts: ({ key }, value) => {
      const [kept, dropped] = [only?.get(key) ?? 'all', without?.get(key) ?? new Set<string>()]
      return Object.fromEntries(
        Object.entries(value).filter(
          ([part]) => (kept === 'all' || kept.has(part)) && (dropped === 'all' || !dropped.has(part)),
        ),
      )
    },
  }
}

/** Attributes by key; names that stand for nothing are passed over. */
function named(type: ResourceType, list: string): ReadonlyMap<string, 'all' | ReadonlySet<string>> {
  const names = list.split(',').map((name) => name.trim())
  if (names.length > MOST_NAMES)
    throw badRequest('invalidValue', `höchstens ${MOST_NAMES} Namen`, `at most ${MOST_NAMES} names`)
  const found = new Map<string, 'all' | Set<string>>()
  for (const name of names) {
    if (type.extension !== null && name.toLowerCase() === type.extension.id.toLowerCase()) {
      for (const attribute of type.extension.attributes) found.set(attribute.key, 'all')
      continue
    }
    const resolved = resolveName(type, name)
    if (resolved === null) continue
    const { attribute, part } = resolved
    const before = found.get(attribute.key)
    if (part === null) found.set(attribute.key, 'all')
    else if (before !== 'all') found.set(attribute.key, (before ?? new Set()).add(part.key))
  }
  return found
}

/** A resource as JSON: what belongs to an extension stands under its URI. */
export function resourceJson(type: ResourceType, values: Attributes, told: Projection): Record<string, unknown> {
  const json: Record<string, unknown> = {}
  for (const attribute of attributesOf(type)) {
    const value = values[attribute.key]
    if (value === undefined || !told.has(attribute)) continue
    const shown = valueJson(attribute, value, told)
    if (attribute.key === attribute.name) json[attribute.name] = shown
    else {
      const uri = attribute.key.slice(0, -attribute.name.length - 1)
      const known = json[uri] as Record<string, unknown> | undefined
      json[uri] = { ...known, [attribute.name]: shown }
    }
  }
  return json
}

function valueJson(attribute: Attribute, value: Value, told: Projection): unknown {
  if (attribute.key === 'schemas' && isSeveral(value)) return value.map((one) => one['value'])
  if (isSeveral(value)) return value.map((one) => told.parts(attribute, one))
  return isComplex(value) ? told.parts(attribute, value) : value
}
