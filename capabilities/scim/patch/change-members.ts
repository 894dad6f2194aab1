import type { Filter } from '../filter/filter.ts'
import { badRequest } from '../protocol/scim-problem.ts'
import { readValue } from '../resource/read-value.ts'
import { type Attribute, isSeveral } from '../schema/attribute.ts'
import type { PatchOperation } from './parse-patch.ts'
import type { PatchPath } from './parse-path.ts'

/**
 * An operation on the members of a group, done to a set of identifiers: a group can have thousands of members and a request a thousand
 * operations, so one operation must not look at all of them. Members are added and removed; what a member is does not change
 * (RFC 7643, section 4.2).
 *
 * @throws {ScimProblem} `mutability`, `invalidFilter`, `invalidValue`
 */
export function changeMembers(
  members: Set<string>,
  op: PatchOperation['op'],
  { attribute, filter, part }: PatchPath,
  raw: unknown,
): void {
  if (part !== null || (filter !== null && op !== 'remove'))
    throw badRequest(
      'mutability',
      'Mitglieder werden hinzugefügt und entfernt, nicht geändert',
      'members are added and removed, not changed',
    )
  if (filter !== null) for (const id of named(filter)) members.delete(id)
  else if (op === 'remove' && raw !== undefined && raw !== null)
    for (const id of identifiers(attribute, raw)) members.delete(id)
  else {
    const given = op === 'remove' ? [] : identifiers(attribute, raw)
    if (op !== 'add') members.clear()
    for (const id of given) members.add(id)
  }
}

/** The identifiers that a filter selects. */
function named(filter: Filter): readonly string[] {
  if (filter.kind === 'or') return filter.terms.flatMap(named)
  const byId = filter.kind === 'compare' && filter.by === 'eq' && filter.name.attribute.key === 'value'
  if (byId && typeof filter.with === 'string') return [filter.with]
  throw badRequest('invalidFilter', 'Mitglieder nur mit „value eq“', 'members with “value eq” alone')
}

function identifiers(attribute: Attribute, raw: unknown): readonly string[] {
  const read = readValue(attribute, raw)
  return (isSeveral(read) ? read : []).map((one) => String(one['value']))
}
