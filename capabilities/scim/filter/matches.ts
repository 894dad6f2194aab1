import { type Attribute, type Attributes, fold, isComplex, isSeveral, type Simple } from '../schema/attribute.ts'
import type { AttributeName } from '../schema/resolve-name.ts'
import type { Comparison, Filter } from './filter.ts'

type Compare = Extract<Filter, { kind: 'compare' }>

/**
 * Whether a resource, or a value of a multi-valued attribute, fulfils a filter. Of several values one has to. What is not there
 * is equal to nothing but `null`, so `ne` holds for it.
 */
export function matches(filter: Filter, values: Attributes): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.terms.every((term) => matches(term, values))
    case 'or':
      return filter.terms.some((term) => matches(term, values))
    case 'not':
      return !matches(filter.term, values)
    case 'present':
      return valuesOf(filter.name, values).some((value) => value !== '')
    case 'compare':
      return compares(filter, valuesOf(filter.name, values))
    case 'value': {
      const several = values[filter.attribute.key]
      return isSeveral(several) && several.some((value) => matches(filter.filter, value))
    }
  }
}

/** The simple values that a name stands for. */
export function valuesOf({ attribute, part }: AttributeName, values: Attributes): readonly Simple[] {
  const value = values[attribute.key]
  if (value === undefined) return []
  const single = isSeveral(value) ? value : [value]
  return single.flatMap((one): readonly Simple[] => {
    if (!isComplex(one)) return [one as Simple]
    if (part === null) return Object.values(one)
    const simple = one[part.key]
    return simple === undefined ? [] : [simple]
  })
}

function compares({ name, by, with: operand }: Compare, values: readonly Simple[]): boolean {
  if (operand === null) return (values.length === 0) === (by === 'eq')
  if (values.length === 0) return by === 'ne'
  const attribute = name.part ?? name.attribute
  return values.some((value) => holds(by, comparable(attribute, value), operand))
}

const comparable = (attribute: Attribute, value: Simple): Simple | number => {
  if (typeof value === 'boolean') return value
  if (attribute.type === 'dateTime') return Date.parse(value)
  return attribute.caseExact ? value : fold(value)
}

function holds(by: Comparison, value: Simple | number, operand: Simple | number): boolean {
  switch (by) {
    case 'eq':
      return value === operand
    case 'ne':
      return value !== operand
    case 'co':
      return String(value).includes(String(operand))
    case 'sw':
      return String(value).startsWith(String(operand))
    case 'ew':
      return String(value).endsWith(String(operand))
    case 'gt':
      return value > operand
    case 'ge':
      return value >= operand
    case 'lt':
      return value < operand
    case 'le':
      return value <= operand
  }
}
