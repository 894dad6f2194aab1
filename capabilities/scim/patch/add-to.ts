import type { Filter } from '../filter/filter.ts'
import { matches } from '../filter/matches.ts'
import { badRequest } from '../protocol/scim-problem.ts'
import { readValue, sameness } from '../resource/read-value.ts'
import { type Attribute, type Attributes, type Complex, isSeveral, type Simple } from '../schema/attribute.ts'
import type { PatchPath } from './parse-path.ts'
import { complexOf, merged, partsGiven, settled, severalOf, simpleGiven, withPart, withValue } from './values-of.ts'

/**
 * `add` (RFC 7644, section 3.5.2.1): sets what has one value, adds to what has several, merges into what has parts. A filter that
 * matches none makes the value that it describes: so Entra sets the first work address.
 *
 * @throws {ScimProblem} `invalidValue`, `noTarget`
 */
export function addTo(values: Attributes, { attribute, filter, part }: PatchPath, raw: unknown): Attributes {
  if (!attribute.multiValued) {
    if (part !== null) {
      const simple = simpleGiven(part, raw)
      return withValue(values, attribute, withPart(complexOf(values, attribute), part, simple))
    }
    if (attribute.type !== 'complex') return withValue(values, attribute, readValue(attribute, raw))
    return withValue(values, attribute, merged(complexOf(values, attribute), partsGiven(attribute, raw)))
  }
  const now = severalOf(values, attribute)
  if (filter === null && part === null) return withValue(values, attribute, appended(attribute, now, raw))
  const change = changeOf(attribute, part, raw)
  const hit = now.map((value) => filter === null || matches(filter, value))
  if (!hit.includes(true)) {
    const made = change(filter === null ? {} : described(filter))
    return withValue(
      values,
      attribute,
      settled([...now, made], (value) => value === made),
    )
  }
  const changed = now.map((value, index) => (hit[index] === true ? change(value) : value))
  const fresh = new Set(changed.filter((_value, index) => hit[index] === true))
  return withValue(
    values,
    attribute,
    settled(changed, (value) => fresh.has(value)),
  )
}

/** What happens to a value that was chosen. @throws {ScimProblem} `invalidValue` */
export function changeOf(attribute: Attribute, part: Attribute | null, raw: unknown): (value: Complex) => Complex {
  if (part !== null) {
    const simple = simpleGiven(part, raw)
    return (value) => withPart(value, part, simple)
  }
  const given = partsGiven(attribute, Array.isArray(raw) && raw.length === 1 ? raw[0] : raw)
  return (value) => merged(value, given)
}

function appended(attribute: Attribute, now: readonly Complex[], raw: unknown): readonly Complex[] {
  const read = readValue(attribute, raw)
  const known = new Set(now.map(sameness))
  const fresh = (isSeveral(read) ? read : []).filter((value) => !known.has(sameness(value)))
  const isFresh = new Set(fresh)
  return settled([...now, ...fresh], (value) => isFresh.has(value))
}

/** The value that a filter describes by saying what it equals. @throws {ScimProblem} `noTarget` where it says more than that */
function described(filter: Filter): Complex {
  const terms = filter.kind === 'and' ? filter.terms : [filter]
  const parts = terms.map((term): [string, Simple] => {
    const plain = term.kind === 'compare' && term.by === 'eq' && term.name.attribute.mutability !== 'readOnly'
    if (!plain || term.with === null || typeof term.with === 'number')
      throw badRequest('noTarget', 'kein Wert passt zur Auswahl', 'no value fits the selection')
    return [term.name.attribute.key, typeof term.with === 'string' ? String(term.written) : term.with]
  })
  return Object.fromEntries(parts)
}
