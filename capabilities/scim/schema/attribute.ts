/** An attribute of a schema (RFC 7643, section 7). */
export interface Attribute {
  /** Under which a resource holds it: the name, behind the URI of its schema where that is an extension. */
  readonly key: string
  readonly name: string
  readonly description: string
  readonly type: 'string' | 'boolean' | 'complex' | 'reference' | 'dateTime'
  readonly multiValued: boolean
  readonly required: boolean
  readonly caseExact: boolean
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable'
  readonly returned: 'always' | 'default'
  readonly uniqueness: 'none' | 'server'
  readonly canonicalValues: readonly string[] | null
  readonly referenceTypes: readonly string[] | null
  /** Of a complex attribute, by names in lower case; empty otherwise. Values in it are simple. */
  readonly parts: ReadonlyMap<string, Attribute>
  /** UTF-16 units of a string, values of a multi-valued attribute. */
  readonly most: number
  /** True: a name that people read; without control characters and such as turn the reading direction. */
  readonly plain: boolean
  /** Not of the schema itself, but of every resource (RFC 7643, section 3.1). */
  readonly common: boolean
}

type Told = Partial<Omit<Attribute, 'name' | 'description' | 'parts' | 'type'>> & {
  readonly parts?: readonly Attribute[]
}

function attribute(type: Attribute['type'], name: string, description: string, told: Told = {}): Attribute {
  const { parts = [], ...rest } = told
  return {
    key: name,
    name,
    description,
    type,
    multiValued: false,
    required: false,
    caseExact: type === 'reference' || type === 'dateTime',
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    canonicalValues: null,
    referenceTypes: type === 'reference' ? ['external'] : null,
    most: 1000,
    plain: false,
    common: false,
    ...rest,
    parts: byName(parts),
  }
}

export const text = (name: string, description: string, told?: Told): Attribute =>
  attribute('string', name, description, told)
export const flag = (name: string, description: string, told?: Told): Attribute =>
  attribute('boolean', name, description, told)
export const link = (name: string, description: string, told?: Told): Attribute =>
  attribute('reference', name, description, told)
export const instant = (name: string, description: string, told?: Told): Attribute =>
  attribute('dateTime', name, description, told)
export const complex = (name: string, description: string, parts: readonly Attribute[], told?: Told): Attribute =>
  attribute('complex', name, description, { most: 50, ...told, parts })
export const several = (name: string, description: string, parts: readonly Attribute[], told?: Told): Attribute =>
  complex(name, description, parts, { ...told, multiValued: true })

/** Attribute names are compared without regard to case (RFC 7643, section 2.1). */
export const byName = (attributes: readonly Attribute[]): ReadonlyMap<string, Attribute> =>
  new Map(attributes.map((a) => [a.name.toLowerCase(), a]))

/** What values look like inside: names as the schema writes them, nothing unassigned, `null` and empty lists nowhere. */
export type Simple = string | boolean
export type Complex = Readonly<Record<string, Simple>>
export type Value = Simple | Complex | readonly Complex[]
/** Values of a resource by {@link Attribute.key}. */
export type Attributes = Readonly<Record<string, Value>>

export const isSeveral = (value: Value | undefined): value is readonly Complex[] => Array.isArray(value)
export const isComplex = (value: Value | undefined): value is Complex =>
  typeof value === 'object' && !Array.isArray(value)

/** How text is compared that is not case-exact. */
export const fold = (value: string): string => value.normalize('NFC').toLowerCase()
