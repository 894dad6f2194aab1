import { badRequest, shown } from '../protocol/scim-problem.ts'

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Members of a JSON object by their names in lower case, since attribute names have no case (RFC 7643, section 2.1).
 *
 * @throws {ScimProblem} `invalidSyntax` where two names differ in case alone: which of them is meant cannot be known
 */
export function membersByName(object: Readonly<Record<string, unknown>>): ReadonlyMap<string, unknown> {
  const members = new Map<string, unknown>()
  for (const [name, value] of Object.entries(object)) {
    const lower = name.toLowerCase()
    if (members.has(lower))
      throw badRequest('invalidSyntax', `„${shown(name)}“ kommt zweimal vor`, `“${shown(name)}” appears twice`)
    members.set(lower, value)
  }
  return members
}
