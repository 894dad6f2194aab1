import type { Attribute } from './attribute.ts'

/** A schema with its attributes in the order in which they are told. */
export interface Schema {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly attributes: readonly Attribute[]
}

/** The schema of an extension: its values are held under names that carry its URI. */
export const extensionSchema = (schema: Schema): Schema => ({
  ...schema,
  attributes: schema.attributes.map((a) => ({ ...a, key: `${schema.id}:${a.name}` })),
})

/** As `/Schemas` tells it (RFC 7643, section 7). */
export const schemaView = (schema: Schema, base: string): Record<string, unknown> => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
  id: schema.id,
  name: schema.name,
  description: schema.description,
  attributes: schema.attributes.map(attributeView),
  meta: { resourceType: 'Schema', location: `${base}/Schemas/${schema.id}` },
})

const attributeView = (a: Attribute): Record<string, unknown> => ({
  name: a.name,
  type: a.type,
  multiValued: a.multiValued,
  description: a.description,
  required: a.required,
  ...(a.canonicalValues === null ? {} : { canonicalValues: a.canonicalValues }),
  caseExact: a.caseExact,
  mutability: a.mutability,
  returned: a.returned,
  uniqueness: a.uniqueness,
  ...(a.referenceTypes === null ? {} : { referenceTypes: a.referenceTypes }),
  ...(a.type === 'complex' ? { subAttributes: [...a.parts.values()].map(attributeView) } : {}),
})
