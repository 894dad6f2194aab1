import type { Attribute } from '../schema/attribute.ts'
import type { AttributeName } from '../schema/resolve-name.ts'

export const COMPARISONS = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const
export type Comparison = (typeof COMPARISONS)[number]

/** What something is compared with: text, a boolean, an instant in milliseconds since 1970, or nothing at all. */
export type Operand = string | boolean | number | null

/** A filter that was checked against a kind of resource (RFC 7644, section 3.4.2.2). */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Filter[] }
  | { readonly kind: 'not'; readonly term: Filter }
  | { readonly kind: 'present'; readonly name: AttributeName }
  | {
      readonly kind: 'compare'
      readonly name: AttributeName
      readonly by: Comparison
      /** As values are compared: folded where case does not matter. */
      readonly with: Operand
      /** As it was written. */
      readonly written: Operand
    }
  /** One of the values of a multi-valued attribute fulfils all of it. */
  | { readonly kind: 'value'; readonly attribute: Attribute; readonly filter: Filter }

/** Every attribute that a filter looks at. */
export function attributesIn(filter: Filter): readonly Attribute[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.terms.flatMap(attributesIn)
    case 'not':
      return attributesIn(filter.term)
    case 'value':
      return [filter.attribute]
    case 'present':
    case 'compare':
      return [filter.name.attribute]
  }
}
