import {
  AliasNode,
  ColumnNode,
  IdentifierNode,
  type OperationNode,
  ReferenceNode,
  SelectAllNode,
  type SelectionNode,
} from 'kysely'
import type { EncryptedField } from '../core/encrypted.ts'
import { FieldError } from '../core/field-error.ts'
import type { Fields } from '../core/fields.ts'
import { nameOf, type Row } from '../core/value.ts'
import type { Scope, Source } from './scope.ts'

/** How rows of a result are opened: what comes out under which name. */
export interface Opening {
  readonly field: EncryptedField
  readonly output: string
  /** Columns of key and tenant, and the names they have in the result. */
  readonly known: ReadonlyMap<string, string>
  /** Where the clear value of a row is that was not yet encrypted. */
  readonly clear: string | null
  /** Columns that came with “all” and are of no use to an application. */
  readonly drop: readonly string[]
}

/** @throws {FieldError} `no_row_key` a declared column is selected without what it takes to open it */
export function planOf(scope: Scope, selections: readonly SelectionNode[]): Opening[] {
  const outputs = new Map<Source, Map<string, string>>()
  const stars = new Set<Source>()
  for (const { selection } of selections) {
    for (const source of starOf(scope, selection)) stars.add(source)
    const one = simpleReference(selection)
    const found = one === undefined ? undefined : scope.find(one.reference)
    if (one === undefined || found === undefined) continue
    const own = outputs.get(found.source) ?? new Map<string, string>()
    own.set(found.column, one.output ?? found.column)
    outputs.set(found.source, own)
  }
  return scope.sources.flatMap((source) =>
    source.fields.flatMap((field) => {
      const where = (column: string): string | undefined =>
        outputs.get(source)?.get(column) ?? (stars.has(source) ? column : undefined)
      const output = where(field.column)
      if (output === undefined) return []
      const need = (column: string): string => {
        const name = where(column)
        if (name !== undefined) return name
        throw new FieldError(
          'no_row_key',
          `${nameOf(field)}: select “${column}” of the same row as well, to decrypt it`,
        )
      }
      const names = [...field.primaryKey, ...('column' in field.tenant ? [field.tenant.column] : [])]
      const clear = field.clear === null ? null : need(field.clear)
      const drop = stars.has(source) && field.index !== null ? [field.index.column] : []
      return [{ field, output, known: new Map(names.map((n) => [n, need(n)])), clear, drop }]
    }),
  )
}

/** A reference that is selected as it is, under its own name or another. */
export function simpleReference(node: OperationNode): { reference: ReferenceNode; output: string | null } | undefined {
  if (AliasNode.is(node) && ReferenceNode.is(node.node))
    return { reference: node.node, output: IdentifierNode.is(node.alias) ? node.alias.name : null }
  if (ColumnNode.is(node)) return { reference: ReferenceNode.create(node), output: null }
  return ReferenceNode.is(node) && ColumnNode.is(node.column) ? { reference: node, output: null } : undefined
}

export function starOf(scope: Scope, node: OperationNode): readonly Source[] {
  if (ReferenceNode.is(node) && SelectAllNode.is(node.column) && node.table !== undefined) {
    const source = scope.named(node.table)
    return source === undefined ? [] : [source]
  }
  if (!SelectAllNode.is(node)) return []
  if (scope.sources.length > 1 && scope.sources.some(({ fields }) => fields.length > 0))
    throw new FieldError('no_row_key', 'columns of several tables come under the same names: select them one by one')
  return scope.sources
}

/** @throws {FieldError}, {FieldcryptError} as `Fields.openValue` */
export async function openRow(fields: Fields, plan: readonly Opening[], row: Row): Promise<Record<string, unknown>> {
  const opened: Record<string, unknown> = { ...row }
  for (const { field, output, known, clear, drop } of plan) {
    const key = Object.fromEntries([...known].map(([column, name]) => [column, row[name]]))
    opened[output] = await fields.openValue(field, row[output], key)
    if (clear !== null) {
      opened[output] ??= row[clear]
      delete opened[clear]
    }
    for (const name of drop) delete opened[name]
  }
  return opened
}
