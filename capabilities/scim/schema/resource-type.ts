import { type Attribute, byName, complex, instant, link, several, text } from './attribute.ts'
import { enterpriseSchema } from './enterprise.ts'
import { groupSchema } from './group.ts'
import type { Schema } from './schema.ts'
import { userSchema } from './user.ts'

/** A kind of resource with everything that a caller may name of it. */
export interface ResourceType {
  readonly name: 'User' | 'Group'
  readonly endpoint: '/Users' | '/Groups'
  readonly schema: Schema
  readonly extension: Schema | null
  /** By schema in lower case, the core schema also under the empty name; then by name in lower case. */
  readonly attributes: ReadonlyMap<string, ReadonlyMap<string, Attribute>>
}

/** What every resource has (RFC 7643, section 3.1). */
const COMMON: readonly Attribute[] = [
  several('schemas', 'Schemas of the resource.', [text('value', 'URI of the schema.', { caseExact: true })], {
    mutability: 'readOnly',
    returned: 'always',
    common: true,
  }),
  text('id', 'Identifier, given here.', {
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
    common: true,
  }),
  text('externalId', 'Identifier at the provider.', { caseExact: true, most: 200, plain: true, common: true }),
  complex(
    'meta',
    'About the resource.',
    [
      text('resourceType', 'Kind of resource.', { caseExact: true, mutability: 'readOnly' }),
      instant('created', 'When it was made.', { mutability: 'readOnly' }),
      instant('lastModified', 'When it was changed.', { mutability: 'readOnly' }),
      link('location', 'Its address.', { mutability: 'readOnly' }),
      text('version', 'Its entity tag.', { caseExact: true, mutability: 'readOnly' }),
    ],
    { mutability: 'readOnly', common: true },
  ),
]

function resourceType(told: Omit<ResourceType, 'attributes'>): ResourceType {
  const core = byName([...COMMON, ...told.schema.attributes])
  const attributes = new Map([
    ['', core],
    [told.schema.id.toLowerCase(), core],
  ])
  if (told.extension !== null) attributes.set(told.extension.id.toLowerCase(), byName(told.extension.attributes))
  return { ...told, attributes }
}

export const userType = resourceType({
  name: 'User',
  endpoint: '/Users',
  schema: userSchema,
  extension: enterpriseSchema,
})
export const groupType = resourceType({ name: 'Group', endpoint: '/Groups', schema: groupSchema, extension: null })

export const RESOURCE_TYPES = [userType, groupType] as const
export const SCHEMAS = [userSchema, groupSchema, enterpriseSchema] as const

/** Attributes that a caller may write, those of the extension last. */
export const attributesOf = (type: ResourceType): readonly Attribute[] => [
  ...COMMON,
  ...type.schema.attributes,
  ...(type.extension?.attributes ?? []),
]

/** As `/ResourceTypes` tells it (RFC 7643, section 6). */
export const resourceTypeView = (type: ResourceType, base: string): Record<string, unknown> => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
  id: type.name,
  name: type.name,
  endpoint: type.endpoint,
  description: type.schema.description,
  schema: type.schema.id,
  schemaExtensions: type.extension === null ? [] : [{ schema: type.extension.id, required: false }],
  meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${type.name}` },
})
