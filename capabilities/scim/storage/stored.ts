import type { Attributes, Complex } from '../schema/attribute.ts'
import type { ResourceType } from '../schema/resource-type.ts'

/** A resource as it is stored. */
export interface Stored {
  readonly type: ResourceType
  readonly id: string
  readonly seq: number
  /** What callers wrote, without what is derived. Of a group with its members, where they were read. */
  readonly attributes: Attributes
  /** Of a person: the groups, by what they are told with, where they were read. */
  readonly groups: readonly Complex[]
  readonly version: number
  readonly createdAt: Date
  readonly modifiedAt: Date
}

/** Columns of both tables, as {@link StoredRow}. */
export const COLUMNS = `id, seq, attributes, version, created_at as "createdAt", modified_at as "modifiedAt"`

export interface StoredRow {
  readonly id: string
  readonly seq: number
  readonly attributes: Attributes
  readonly version: number
  readonly createdAt: Date
  readonly modifiedAt: Date
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Identifiers are given here and are exact; anything else is nobody's. */
export const isId = (text: string): boolean => UUID.test(text)
