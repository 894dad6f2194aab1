import { matches } from '../filter/matches.ts'
import { badRequest } from '../protocol/scim-problem.ts'
import { readValue } from '../resource/read-value.ts'
import { type Attributes, isComplex } from '../schema/attribute.ts'
import { addTo, changeOf } from './add-to.ts'
import type { PatchPath } from './parse-path.ts'
import { settled, severalOf, withValue } from './values-of.ts'

/**
 * `replace` (RFC 7644, section 3.5.2.3): what has one value gets the new one, what has parts gets those that are given, what has
 * several loses all of them for the new ones, or those that a filter selects.
 *
 * @throws {ScimProblem} `noTarget` where a filter selects none; `invalidValue`
 */
export function replaceIn(values: Attributes, path: PatchPath, raw: unknown): Attributes {
  const { attribute, filter, part } = path
  if (!attribute.multiValued) return addTo(values, path, raw)
  if (filter === null && part === null) return withValue(values, attribute, readValue(attribute, raw))
  const now = severalOf(values, attribute)
  const hit = now.map((value) => filter === null || matches(filter, value))
  if (!hit.includes(true)) throw badRequest('noTarget', 'kein Wert passt zur Auswahl', 'no value fits the selection')
  const whole = part === null ? readValue({ ...attribute, multiValued: false }, single(raw)) : undefined
  const change = part === null ? () => (isComplex(whole) ? whole : {}) : changeOf(attribute, part, raw)
  const changed = now.map((value, index) => (hit[index] === true ? change(value) : value))
  const fresh = new Set(changed.filter((_value, index) => hit[index] === true))
  return withValue(
    values,
    attribute,
    settled(changed, (value) => fresh.has(value)),
  )
}

const single = (raw: unknown): unknown => (Array.isArray(raw) && raw.length === 1 ? raw[0] : raw)
