import type * as z from 'zod'
import { FACTS, type FactKind } from '../../facts/kinds.ts'

export type SqlType = 'text' | 'text[]' | 'boolean' | 'bigint' | 'double precision' | 'date' | 'timestamptz'

export interface Column {
  /** camelCase, as in the shape. */
  readonly field: string
  /** snake_case, as in the table. */
  readonly column: string
  readonly type: SqlType
  readonly nullable: boolean
}

/** Columns of a kind's table, derived from its shape, in the shape's order. */
export function columnsOf(kind: FactKind): readonly Column[] {
  const known = cache.get(kind)
  if (known !== undefined) return known
  const definition = FACTS.get(kind)
  if (definition === undefined) throw new Error(`no fact kind ${kind}`)
  const columns = Object.entries(definition.shape.shape).map(([field, type]) => column(kind, field, type as z.ZodType))
  cache.set(kind, columns)
  return columns
}

const cache = new Map<FactKind, readonly Column[]>()

export const snake = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)

/** Statements that make a kind's table. `valid_to` is "infinity" while the fact holds. */
export function createTable(kind: FactKind): string {
  const columns = columnsOf(kind).map((c) => `${c.column} ${c.type}${c.nullable ? '' : ' not null'}`)
  return `
    create table if not exists fact.${kind} (
      system_id integer not null references desk.system,
      digest uuid not null,
      valid_from timestamptz not null,
      valid_to timestamptz not null default 'infinity',
      ${columns.join(',\n      ')},
      check (valid_from <= valid_to)
    );
    create unique index if not exists ${kind}_now on fact.${kind} (system_id, digest) where valid_to = 'infinity';
    grant select, insert on fact.${kind} to bf_collect;
    grant select on fact.${kind} to bf_judge, bf_audit;
    grant select, update (valid_to) on fact.${kind} to bf_closer;`
}

interface Inner {
  readonly def: { readonly type: string; readonly innerType?: Inner; readonly element?: Inner }
  readonly format?: string | null
  readonly isInt?: boolean
}

function column(kind: string, field: string, type: z.ZodType): Column {
  let inner = type as unknown as Inner
  let nullable = false
  while (inner.def.type === 'nullable' && inner.def.innerType !== undefined) {
    nullable = true
    inner = inner.def.innerType
  }
  return { field, column: snake(field), type: sqlType(kind, field, inner), nullable }
}

function sqlType(kind: string, field: string, inner: Inner): SqlType {
  switch (inner.def.type) {
    case 'string':
      return inner.format === 'date' ? 'date' : inner.format === 'datetime' ? 'timestamptz' : 'text'
    case 'enum':
      return 'text'
    case 'boolean':
      return 'boolean'
    case 'number':
      return inner.isInt === true || inner.format === 'safeint' ? 'bigint' : 'double precision'
    case 'array':
      if (inner.def.element?.def.type === 'string') return 'text[]'
  }
  throw new Error(`facts/${kind}: ${field} has a type that no column can hold (${inner.def.type})`)
}
