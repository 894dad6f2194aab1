import { badRequest, shown } from '../protocol/scim-problem.ts'
import { type Attribute, type Attributes, isSeveral, type Value } from '../schema/attribute.ts'
import { attributesOf, type ResourceType } from '../schema/resource-type.ts'
import { isObject, membersByName } from './members-by-name.ts'
import { readValue } from './read-value.ts'

/**
 * The body of a POST or PUT as values. What is read-only is ignored (RFC 7644, section 3.3), and what the schema does not know is too:
 * providers send whatever they have.
 *
 * @throws {ScimProblem} `invalidSyntax`, `invalidValue`
 */
export function readResource(type: ResourceType, body: unknown): Attributes {
  if (!isObject(body)) throw badRequest('invalidSyntax', 'ein Objekt erwartet', 'an object expected')
  const given = membersByName(body)
  requireSchema(given.get('schemas'), type.schema.id)
  const extension = type.extension === null ? undefined : given.get(type.extension.id.toLowerCase())
  if (extension !== undefined && extension !== null && !isObject(extension))
    throw badRequest('invalidValue', 'die Erweiterung ist kein Objekt', 'the extension is no object')
  const extended = isObject(extension) ? membersByName(extension) : new Map<string, unknown>()
  const values: [string, Value][] = []
  for (const attribute of attributesOf(type)) {
    if (attribute.mutability === 'readOnly') continue
    const from = attribute.key === attribute.name ? given : extended
    const value = readValue(attribute, from.get(attribute.name.toLowerCase()))
    if (value !== undefined) values.push([attribute.key, value])
  }
  return Object.fromEntries(values)
}

/** @throws {ScimProblem} `invalidSyntax` where a body does not say that it is what is expected (RFC 7643, section 3) */
export function requireSchema(schemas: unknown, wanted: string): void {
  const named = Array.isArray(schemas) && schemas.some((s) => String(s).toLowerCase() === wanted.toLowerCase())
  if (!named) throw badRequest('invalidSyntax', `„schemas“ nennt ${wanted} nicht`, `“schemas” does not name ${wanted}`)
}

/**
 * Whether values make a resource: what is required is there, and of several at most one is preferred.
 *
 * @throws {ScimProblem} `invalidValue`
 */
export function checkResource(type: ResourceType, values: Attributes): void {
  for (const attribute of attributesOf(type)) {
    const value = values[attribute.key]
    if (attribute.required && (value === undefined || value === '')) throw missing(attribute)
    if (!isSeveral(value)) continue
    if (value.filter((one) => one['primary'] === true).length > 1)
      throw badRequest(
        'invalidValue',
        `„${attribute.name}“: höchstens ein Wert ist „primary“`,
        `“${attribute.name}”: at most one value is primary`,
      )
    if (value.length > attribute.most)
      throw badRequest(
        'invalidValue',
        `„${attribute.name}“: höchstens ${attribute.most} Werte`,
        `“${attribute.name}”: at most ${attribute.most} values`,
      )
  }
  for (const name of ['userName', 'externalId']) {
    const value = values[name]
    if (typeof value === 'string' && (value === '' || value !== value.trim()))
      throw badRequest(
        'invalidValue',
        `„${name}“ ist leer oder hat Leerzeichen am Rand: „${shown(value)}“`,
        `“${name}” is empty or has spaces at its ends: “${shown(value)}”`,
      )
  }
}

const missing = (attribute: Attribute) =>
  badRequest('invalidValue', `„${attribute.name}“ fehlt`, `“${attribute.name}” is missing`)
