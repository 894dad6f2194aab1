import { tagOf } from '../protocol/versions.ts'
import { type Attributes, type Complex, isSeveral } from '../schema/attribute.ts'
import type { Stored } from '../storage/stored.ts'

/**
 * Everything that a caller may see or filter by, under the keys of the attributes: what is stored and what follows from it.
 *
 * @param base - address of the SCIM server, without a slash at the end
 */
export function toldValues(stored: Stored, base: string): Attributes {
  const { type, id, attributes, groups } = stored
  const { members, ...plain } = attributes
  const extension = type.extension?.id ?? null
  const extended = extension !== null && Object.keys(plain).some((key) => key.startsWith(`${extension}:`))
  const schemas: Complex[] = [{ value: type.schema.id }]
  if (extended && extension !== null) schemas.push({ value: extension })
  return {
    schemas,
    id,
    ...plain,
    ...(isSeveral(members)
      ? { members: members.map((one) => ({ ...one, $ref: `${base}/Users/${String(one['value'])}`, type: 'User' })) }
      : {}),
    ...(groups.length > 0
      ? { groups: groups.map((one) => ({ ...one, $ref: `${base}/Groups/${String(one['value'])}` })) }
      : {}),
    meta: {
      resourceType: type.name,
      created: stored.createdAt.toISOString(),
      lastModified: stored.modifiedAt.toISOString(),
      location: locationOf(stored, base),
      version: tagOf(stored.version),
    },
  }
}

export const locationOf = ({ type, id }: Pick<Stored, 'type' | 'id'>, base: string): string =>
  `${base}${type.endpoint}/${id}`
