import type { Attribute } from './attribute.ts'
import type { ResourceType } from './resource-type.ts'

/** An attribute, or a part of one. */
export interface AttributeName {
  readonly attribute: Attribute
  readonly part: Attribute | null
}

/**
 * What an attribute name of RFC 7644 (figure 1, `attrPath`) stands for: `name.givenName`, `urn:…:User:userName`. Case does not
 * matter.
 *
 * @returns null where the kind of resource has no such attribute
 */
export function resolveName(type: ResourceType, name: string): AttributeName | null {
  const lower = name.toLowerCase()
  for (const [schema, attributes] of type.attributes) {
    if (schema !== '' && lower.startsWith(`${schema}:`)) return within(attributes, lower.slice(schema.length + 1))
  }
  return lower.startsWith('urn:') ? null : within(type.attributes.get('') ?? new Map(), lower)
}

function within(attributes: ReadonlyMap<string, Attribute>, lower: string): AttributeName | null {
  const [head = '', tail, ...more] = lower.split('.')
  const attribute = attributes.get(head)
  if (attribute === undefined || more.length > 0) return null
  if (tail === undefined) return { attribute, part: null }
  const part = attribute.parts.get(tail)
  return part === undefined ? null : { attribute, part }
}
