import {
  AliasNode,
  AndNode,
  BinaryOperationNode,
  ColumnNode,
  IdentifierNode,
  type OperationNode,
  OperatorNode,
  ParensNode,
  ReferenceNode,
  TableNode,
  ValueNode,
} from 'kysely'
import type { EncryptedField } from '../core/encrypted.ts'
import type { Fields } from '../core/fields.ts'

/** A table of a query: the name it goes by there, its own name, and its declared columns. */
export interface Source {
  readonly alias: string
  readonly table: string
  readonly fields: readonly EncryptedField[]
}

/** Which tables a query names, so that its references can be told apart. */
export class Scope {
  readonly #sources: readonly Source[]
  /** Columns that `where` fixes to a value, by alias. */
  readonly #fixed = new Map<Source, Record<string, unknown>>()

  constructor(fields: Fields, tables: readonly OperationNode[], where: OperationNode | undefined) {
    this.#sources = tables.map((node) => sourceOf(fields, node))
    for (const [reference, value] of where === undefined ? [] : equalities(where)) {
      const found = this.find(reference)
      if (found === undefined) continue
      const own = this.#fixed.get(found.source) ?? {}
      own[found.column] = value
      this.#fixed.set(found.source, own)
    }
  }

  get sources(): readonly Source[] {
    return this.#sources
  }

  fixed(source: Source): Readonly<Record<string, unknown>> {
    return this.#fixed.get(source) ?? {}
  }

  /** Of which table a reference is. Undefined where it can be of none with declared columns, or of an outer query. */
  find(node: ReferenceNode): { readonly source: Source; readonly column: string } | undefined {
    if (!ColumnNode.is(node.column)) return undefined
    const column = node.column.column.name
    const source = node.table === undefined ? this.#unqualified(column) : this.named(node.table)
    return source === undefined ? undefined : { source, column }
  }

  named(node: TableNode): Source | undefined {
    const name = node.table.identifier.name
    const schema = node.table.schema?.name
    return this.#sources.find((s) => s.alias === name && (schema === undefined || s.table === `${schema}.${name}`))
  }

  #unqualified(column: string): Source | undefined {
    const [only, ...more] = this.#sources
    if (more.length === 0) return only
    // Where two tables have such a column, PostgreSQL refuses the query as ambiguous.
    return this.#sources.find(({ fields }) => fields.some((f) => namesOf(f).includes(column)))
  }
}

const namesOf = (f: EncryptedField): string[] => [
  f.column,
  ...f.primaryKey,
  ...('column' in f.tenant ? [f.tenant.column] : []),
  ...(f.clear === null ? [] : [f.clear]),
]

function sourceOf(fields: Fields, node: OperationNode): Source {
  if (AliasNode.is(node)) {
    const inner = sourceOf(fields, node.node)
    return { ...inner, alias: IdentifierNode.is(node.alias) ? node.alias.name : '' }
  }
  if (!TableNode.is(node)) return { alias: '', table: '', fields: [] }
  const { schema, identifier } = node.table
  const table = `${schema?.name ?? 'public'}.${identifier.name}`
  return { alias: identifier.name, table, fields: fields.of(table) }
}

/** `column = value` of a condition, as far as all of them must hold. */
function equalities(node: OperationNode): [ReferenceNode, unknown][] {
  if (ParensNode.is(node)) return equalities(node.node)
  if (AndNode.is(node)) return [...equalities(node.left), ...equalities(node.right)]
  const found = equality(node)
  return found === undefined ? [] : [found]
}

export function equality(node: OperationNode): [ReferenceNode, unknown] | undefined {
  if (!BinaryOperationNode.is(node)) return undefined
  const { leftOperand, operator, rightOperand } = node
  if (!ReferenceNode.is(leftOperand) || !ValueNode.is(rightOperand)) return undefined
  return OperatorNode.is(operator) && operator.operator === '=' ? [leftOperand, rightOperand.value] : undefined
}
