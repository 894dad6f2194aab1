import { matches } from '../filter/matches.ts'
import { badRequest } from '../protocol/scim-problem.ts'
import { readValue } from '../resource/read-value.ts'
import { type Attribute, type Attributes, isSeveral } from '../schema/attribute.ts'
import type { PatchPath } from './parse-path.ts'
import { complexOf, severalOf, withoutPart, withValue } from './values-of.ts'

/** What nobody can be without: who they are, and whether they are here. */
const STAYS = new Set(['userName', 'active'])

/**
 * `remove` (RFC 7644, section 3.5.2.2). What is not there is removed already. With a path to several values and a value, those
 * values are removed, as Entra sends it, not all.
 *
 * @param raw - the operation's value; undefined: none
 * @throws {ScimProblem} `mutability` for what is required
 */
export function removeFrom(values: Attributes, { attribute, filter, part }: PatchPath, raw: unknown): Attributes {
  if (part === null && filter === null) {
    if (attribute.required || STAYS.has(attribute.key))
      throw badRequest('mutability', `„${attribute.name}“ bleibt`, `“${attribute.name}” stays`)
    if (raw === undefined || raw === null || !attribute.multiValued) return withValue(values, attribute, undefined)
    return withoutGiven(values, attribute, raw)
  }
  if (!attribute.multiValued) {
    if (part === null) return values
    return withValue(values, attribute, withoutPart(complexOf(values, attribute), part))
  }
  const kept = severalOf(values, attribute).flatMap((value) => {
    if (filter !== null && !matches(filter, value)) return [value]
    if (part === null) return []
    const rest = withoutPart(value, part)
    return Object.keys(rest).length === 0 ? [] : [rest]
  })
  return withValue(values, attribute, kept)
}

/** Each of the given values, by what it is or has in `value`. */
function withoutGiven(values: Attributes, attribute: Attribute, raw: unknown): Attributes {
  const read = readValue(attribute, raw)
  const gone = isSeveral(read) ? read : []
  if (gone.some((one) => one['value'] === undefined))
    throw badRequest('invalidValue', '„value“ fehlt', '“value” is missing')
  const named = new Set(gone.map((one) => one['value']))
  return withValue(
    values,
    attribute,
    severalOf(values, attribute).filter((value) => !named.has(value['value'] ?? '')),
  )
}
