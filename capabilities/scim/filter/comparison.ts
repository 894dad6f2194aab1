import { badRequest, shown } from '../protocol/scim-problem.ts'
import { type Attribute, fold } from '../schema/attribute.ts'
import type { AttributeName } from '../schema/resolve-name.ts'
import type { Comparison, Filter, Operand } from './filter.ts'

const EQUALITY: readonly Comparison[] = ['eq', 'ne']
const ORDER: readonly Comparison[] = ['eq', 'ne', 'gt', 'ge', 'lt', 'le']

/**
 * A comparison, with the operand brought into the form in which values of the attribute are compared. An attribute with parts
 * is compared by its part `value` (RFC 7644, section 3.4.2.2).
 *
 * @throws {ScimProblem} `invalidFilter` where these two cannot be compared so
 */
export function comparison(named: AttributeName, by: Comparison, operand: Operand): Filter {
  const name = byValue(named)
  const attribute = name.part ?? name.attribute
  if (attribute.type === 'complex') throw unfit(attribute, by)
  if (operand === null) {
    if (!EQUALITY.includes(by)) throw unfit(attribute, by)
    return { kind: 'compare', name, by, with: null, written: null }
  }
  if (attribute.type === 'boolean') {
    if (!EQUALITY.includes(by)) throw unfit(attribute, by)
    return { kind: 'compare', name, by, with: truth(attribute, by, operand), written: operand }
  }
  if (typeof operand !== 'string') throw unfit(attribute, by)
  if (attribute.type === 'dateTime') {
    const at = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})?$/.test(operand)
      ? Date.parse(/(Z|[+-]\d{2}:\d{2})$/.test(operand) ? operand : `${operand}Z`)
      : Number.NaN
    if (Number.isNaN(at) || !ORDER.includes(by)) throw unfit(attribute, by)
    return { kind: 'compare', name, by, with: at, written: operand }
  }
  return { kind: 'compare', name, by, with: attribute.caseExact ? operand : fold(operand), written: operand }
}

function byValue(name: AttributeName): AttributeName {
  if (name.part !== null || name.attribute.type !== 'complex') return name
  const part = name.attribute.parts.get('value')
  return part === undefined ? name : { ...name, part }
}

/** Entra writes booleans as text. */
function truth(attribute: Attribute, by: Comparison, operand: Operand): boolean {
  if (typeof operand === 'boolean') return operand
  const word = typeof operand === 'string' ? operand.toLowerCase() : ''
  if (word !== 'true' && word !== 'false') throw unfit(attribute, by)
  return word === 'true'
}

const unfit = (attribute: Attribute, by: Comparison) =>
  badRequest(
    'invalidFilter',
    `„${shown(attribute.name)}“ lässt sich so nicht mit „${by}“ vergleichen`,
    `“${shown(attribute.name)}” cannot be compared with “${by}” like this`,
  )
