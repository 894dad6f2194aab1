import {
  type BinaryOperationNode,
  ColumnNode,
  type ColumnUpdateNode,
  DefaultInsertValueNode,
  type DeleteQueryNode,
  FunctionNode,
  type InsertQueryNode,
  type JoinNode,
  type MergeQueryNode,
  type OperationNode,
  OperationNodeTransformer,
  OperatorNode,
  type OrderByItemNode,
  PrimitiveValueListNode,
  type QueryId,
  ReferenceNode,
  type SelectionNode,
  type SelectQueryNode,
  type UpdateQueryNode,
  ValueListNode,
  ValueNode,
  ValuesNode,
} from 'kysely'
import type { EncryptedField } from '../core/encrypted.ts'
import { FieldError } from '../core/field-error.ts'
import type { Fields } from '../core/fields.ts'
import { nameOf } from '../core/value.ts'
import { cellMarkers, Marker } from './marker.ts'
import { type Opening, planOf, simpleReference, starOf } from './plan.ts'
import { equality, Scope, type Source } from './scope.ts'

/** Rewrites one query: markers in place of values, and how its result is opened. @throws {FieldError} what ciphertext cannot answer */
export class Transformer extends OperationNodeTransformer {
  readonly #fields: Fields
  readonly #scopes: Scope[] = []
  #root: OperationNode | undefined
  plan: readonly Opening[] = []

  constructor(fields: Fields) {
    super()
    this.#fields = fields
  }

  run<T extends OperationNode>(node: T, id: QueryId): T {
    this.#root = node
    return this.transformNode(node, id)
  }

  protected override transformSelectQuery(node: SelectQueryNode, id: QueryId): SelectQueryNode {
    const tables = [...(node.from?.froms ?? []), ...joined(node.joins)]
    return this.#within(new Scope(this.#fields, tables, node.where?.where), () => {
      const { selections, ...rest } = node
      const chosen = this.#selections(selections, node === this.#root, id)
      const done = super.transformSelectQuery(rest, id)
      return chosen === undefined ? done : { ...done, selections: chosen }
    })
  }

  protected override transformInsertQuery(node: InsertQueryNode, id: QueryId): InsertQueryNode {
    const tables = node.into === undefined ? [] : [node.into]
    return this.#within(new Scope(this.#fields, tables, undefined), (scope) => {
      const [target] = scope.sources
      const { returning, ...rest } = node
      const chosen = this.#selections(returning?.selections, node === this.#root, id)
      for (const update of node.onConflict?.updates ?? []) this.#refuseConflict(target, update)
      const done = super.transformInsertQuery(target === undefined ? rest : sealedInsert(target, rest), id)
      return returning === undefined || chosen === undefined
        ? done
        : { ...done, returning: { ...returning, selections: chosen } }
    })
  }

  protected override transformUpdateQuery(node: UpdateQueryNode, id: QueryId): UpdateQueryNode {
    const tables = [
      ...(node.table === undefined ? [] : [node.table]),
      ...(node.from?.froms ?? []),
      ...joined(node.joins),
    ]
    return this.#within(new Scope(this.#fields, tables, node.where?.where), (scope) => {
      const [target] = scope.sources
      const { returning, updates, ...rest } = node
      const chosen = this.#selections(returning?.selections, node === this.#root, id)
      const sealed = target === undefined ? updates : updates?.flatMap((one) => sealedUpdate(scope, target, one))
      const done = super.transformUpdateQuery(sealed === undefined ? rest : { ...rest, updates: sealed }, id)
      return returning === undefined || chosen === undefined
        ? done
        : { ...done, returning: { ...returning, selections: chosen } }
    })
  }

  protected override transformDeleteQuery(node: DeleteQueryNode, id: QueryId): DeleteQueryNode {
    const tables = [...node.from.froms, ...(node.using?.tables ?? []), ...joined(node.joins)]
    return this.#within(new Scope(this.#fields, tables, node.where?.where), () => {
      const { returning, ...rest } = node
      const chosen = this.#selections(returning?.selections, node === this.#root, id)
      const done = super.transformDeleteQuery(rest, id)
      return returning === undefined || chosen === undefined
        ? done
        : { ...done, returning: { ...returning, selections: chosen } }
    })
  }

  protected override transformMergeQuery(node: MergeQueryNode, id: QueryId): MergeQueryNode {
    const [target] = new Scope(this.#fields, [node.into], undefined).sources
    const [field] = target?.fields ?? []
    if (field !== undefined)
      throw new FieldError('no_row_key', `${nameOf(field)}: merge does not say which row a value is for`)
    return super.transformMergeQuery(node, id)
  }

  protected override transformBinaryOperation(node: BinaryOperationNode, id: QueryId): BinaryOperationNode {
    const { leftOperand, operator, rightOperand } = node
    const found = ReferenceNode.is(leftOperand) ? this.#declared(leftOperand) : undefined
    if (found === undefined) return super.transformBinaryOperation(node, id)
    const word = OperatorNode.is(operator) ? operator.operator : ''
    if ((word === 'is' || word === 'is not') && ValueNode.is(rightOperand) && rightOperand.value === null) return node
    const [reference, value] = equality(node) ?? []
    if (reference === undefined) throw notSearchable(found.field)
    return searched(found, reference, value, node)
  }

  protected override transformReference(node: ReferenceNode, id: QueryId): ReferenceNode {
    const found = this.#declared(node)
    if (found !== undefined) throw notSearchable(found.field)
    return super.transformReference(node, id)
  }

  protected override transformOrderByItem(node: OrderByItemNode, id: QueryId): OrderByItemNode {
    const name = simpleReference(node.orderBy)?.reference
    if (name !== undefined && name.table === undefined && ColumnNode.is(name.column)) {
      const called = name.column.column.name
      const opening = this.plan.find(({ output }) => output === called)
      if (opening !== undefined) throw notSearchable(opening.field)
    }
    return super.transformOrderByItem(node, id)
  }

  #within<T>(scope: Scope, work: (scope: Scope) => T): T {
    this.#scopes.push(scope)
    try {
      return work(scope)
    } finally {
      this.#scopes.pop()
    }
  }

  /** What the query itself gives back may name declared columns; a part of it may not, for nobody would open them. */
  #selections(list: readonly SelectionNode[] | undefined, root: boolean, id: QueryId) {
    const scope = this.#scopes.at(-1)
    if (list === undefined || scope === undefined) return undefined
    if (root) this.plan = planOf(scope, list)
    const star = root ? undefined : list.flatMap(({ selection }) => starOf(scope, selection)).find(hasFields)?.fields[0]
    if (star !== undefined) throw notSearchable(star)
    return list.map((one) => (root && simpleReference(one.selection) !== undefined ? one : this.transformNode(one, id)))
  }

  #declared(node: ReferenceNode): Found | undefined {
    for (const scope of this.#scopes.toReversed()) {
      const at = scope.find(node)
      const field = at?.source.fields.find(({ column }) => column === at.column)
      if (at !== undefined && field !== undefined) return { scope, source: at.source, field }
    }
    return undefined
  }

  #refuseConflict(target: Source | undefined, { column }: ColumnUpdateNode): void {
    const field = target?.fields.find((f) => ColumnNode.is(column) && touches(f, column.column.name))
    if (field !== undefined)
      throw new FieldError('no_row_key', `${nameOf(field)}: “on conflict” does not say which row the value is for`)
  }
}

interface Found {
  readonly scope: Scope
  readonly source: Source
  readonly field: EncryptedField
}

const hasFields = ({ fields }: Source): boolean => fields.length > 0
const joined = (joins: readonly JoinNode[] | undefined): OperationNode[] => (joins ?? []).map(({ table }) => table)
const keyColumns = ({ primaryKey, tenant }: EncryptedField): readonly string[] =>
  'column' in tenant ? [...primaryKey, tenant.column] : primaryKey
const touches = (field: EncryptedField, column: string): boolean =>
  [field.column, field.index?.column, ...keyColumns(field)].includes(column)

const notSearchable = (field: EncryptedField): FieldError =>
  new FieldError(
    'not_searchable',
    `${nameOf(field)} is ciphertext: it can be selected, and compared by “=” with a value where it has an index over random values`,
  )

/** `column = value` asks the index; only where the index cannot hit a wrong row, because a query cannot look again. */
function searched(
  { scope, source, field }: Found,
  { table }: ReferenceNode,
  value: unknown,
  node: BinaryOperationNode,
) {
  const { index, tenant, column } = field
  if (index === null || index.cardinality.kind !== 'random') throw notSearchable(field)
  const of = 'fixed' in tenant ? tenant.fixed : scope.fixed(source)[tenant.column]
  if (typeof of !== 'string' && typeof of !== 'number' && typeof of !== 'bigint')
    throw new FieldError('no_row_key', `${nameOf(field)}: say in “where” of which tenant the row is`)
  const marker = new Marker((fields) => fields.search(source.table, column, value, String(of)))
  return {
    ...node,
    leftOperand: ReferenceNode.create(ColumnNode.create(index.column), table),
    rightOperand: FunctionNode.create('any', [ValueNode.create(marker)]),
  }
}

function sealedInsert(target: Source, node: InsertQueryNode): InsertQueryNode {
  const { columns, values } = node
  const [first] = target.fields
  if (first === undefined || node.defaultValues === true) return node
  const names = (columns ?? []).map(({ column }) => column.name)
  const own = target.fields.filter(({ column }) => names.includes(column))
  if (columns !== undefined && own.length === 0) return node
  if (columns === undefined || values === undefined || !ValuesNode.is(values))
    throw new FieldError('no_row_key', `${nameOf(first)}: only rows of values can be inserted, each with its key`)
  const added = own.flatMap(({ index }) => (index === null || names.includes(index.column) ? [] : [index.column]))
  const rows = values.values.map((row) => {
    const cells: readonly OperationNode[] = ValueListNode.is(row)
      ? row.values
      : PrimitiveValueListNode.is(row)
        ? row.values.map((value) => ValueNode.create(value))
        : []
    return sealedRow(target, own, new Map(names.map((name, i) => [name, cells[i] ?? DefaultInsertValueNode.create()])))
  })
  return {
    ...node,
    columns: [...columns, ...added.map((name) => ColumnNode.create(name))],
    values: ValuesNode.create(rows.map((cells) => ValueListNode.create([...cells.values()]))),
  }
}

function sealedRow(target: Source, own: readonly EncryptedField[], cells: Map<string, OperationNode>) {
  const known = Object.fromEntries(
    [...cells].flatMap(([name, cell]) => (ValueNode.is(cell) ? [[name, cell.value]] : [])),
  )
  for (const field of own) {
    const cell = cells.get(field.column)
    if (cell === undefined || DefaultInsertValueNode.is(cell)) {
      if (field.index !== null) cells.set(field.index.column, DefaultInsertValueNode.create())
      continue
    }
    for (const [name, marker] of markersFor(target, field, cell, known)) cells.set(name, ValueNode.create(marker))
  }
  return cells
}

function sealedUpdate(scope: Scope, target: Source, update: ColumnUpdateNode): readonly ColumnUpdateNode[] {
  const { column, value } = update
  const name = ColumnNode.is(column) ? column.column.name : simpleName(column)
  const moved = target.fields.find((f) => keyColumns(f).includes(name))
  if (moved !== undefined)
    throw new FieldError('no_row_key', `${nameOf(moved)} is bound to “${name}”, which therefore cannot be changed`)
  const field = target.fields.find((f) => f.column === name)
  if (field === undefined) return [update]
  return markersFor(target, field, value, scope.fixed(target)).map(([to, marker]) => ({
    kind: 'ColumnUpdateNode',
    column: ColumnNode.create(to),
    value: ValueNode.create(marker),
  }))
}

const simpleName = (node: OperationNode): string =>
  ReferenceNode.is(node) && ColumnNode.is(node.column) ? node.column.column.name : ''

function markersFor(
  target: Source,
  field: EncryptedField,
  value: OperationNode,
  known: Readonly<Record<string, unknown>>,
) {
  if (!ValueNode.is(value))
    throw new FieldError('wrong_type', `${nameOf(field)}: only a value can be encrypted, no expression of SQL`)
  const of = cellMarkers(target.table, field.column, value.value, known)
  return [field.column, ...(field.index === null ? [] : [field.index.column])].map((name) => [name, of(name)] as const)
}
