import type {
  CompiledQuery,
  DatabaseConnection,
  Dialect,
  Driver,
  KyselyConfig,
  KyselyPlugin,
  PluginTransformQueryArgs,
  PluginTransformResultArgs,
  QueryCompiler,
  QueryId,
  QueryResult,
  RootOperationNode,
  TransactionSettings,
  UnknownRow,
} from 'kysely'
import type { Fields } from '../core/fields.ts'
import { Marker } from './marker.ts'
import { type Opening, openRow } from './plan.ts'
import { Transformer } from './transformer.ts'

/** Encrypted columns for applications that use Kysely: `new Kysely<Tables>(encryptedKysely(dialect, fields))`. */
export const encryptedKysely = (dialect: Dialect, fields: Fields): Pick<KyselyConfig, 'dialect' | 'plugins'> => ({
  dialect: {
    createAdapter: () => dialect.createAdapter(),
    createDriver: () => new SealingDriver(dialect.createDriver(), fields),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  },
  plugins: [new EncryptedColumns(fields)],
})

class EncryptedColumns implements KyselyPlugin {
  readonly #fields: Fields
  readonly #plans = new WeakMap<QueryId, readonly Opening[]>()

  constructor(fields: Fields) {
    this.#fields = fields
  }

  transformQuery({ node, queryId }: PluginTransformQueryArgs): RootOperationNode {
    const transformer = new Transformer(this.#fields)
    const transformed = transformer.run(node, queryId)
    this.#plans.set(queryId, transformer.plan)
    return transformed
  }

  async transformResult({ result, queryId }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    const plan = this.#plans.get(queryId) ?? []
    if (plan.length === 0) return result
    return { ...result, rows: await Promise.all(result.rows.map((row) => openRow(this.#fields, plan, row))) }
  }
}

/** A connection that puts ciphertext in place of markers just before a query is sent. */
class SealingConnection implements DatabaseConnection {
  readonly inner: DatabaseConnection
  readonly #fields: Fields

  constructor(inner: DatabaseConnection, fields: Fields) {
    this.inner = inner
    this.#fields = fields
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.inner.executeQuery<R>(await this.#sealed(query))
  }

  async *streamQuery<R>(query: CompiledQuery, chunkSize?: number): AsyncIterableIterator<QueryResult<R>> {
    yield* this.inner.streamQuery<R>(await this.#sealed(query), chunkSize)
  }

  async #sealed(query: CompiledQuery): Promise<CompiledQuery> {
    const resolve = (value: unknown) => (value instanceof Marker ? value.resolve(this.#fields) : value)
    return { ...query, parameters: await Promise.all(query.parameters.map(resolve)) }
  }
}

class SealingDriver implements Driver {
  readonly #inner: Driver
  readonly #fields: Fields
  readonly #known = new WeakMap<DatabaseConnection, SealingConnection>()

  constructor(inner: Driver, fields: Fields) {
    this.#inner = inner
    this.#fields = fields
  }

  init(): Promise<void> {
    return this.#inner.init()
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const inner = await this.#inner.acquireConnection()
    const wrapped = this.#known.get(inner) ?? new SealingConnection(inner, this.#fields)
    this.#known.set(inner, wrapped)
    return wrapped
  }

  beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    return this.#inner.beginTransaction(innerOf(connection), settings)
  }

  commitTransaction(connection: DatabaseConnection): Promise<void> {
    return this.#inner.commitTransaction(innerOf(connection))
  }

  rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    return this.#inner.rollbackTransaction(innerOf(connection))
  }

  async savepoint(connection: DatabaseConnection, name: string, compile: QueryCompiler['compileQuery']): Promise<void> {
    await this.#inner.savepoint?.(innerOf(connection), name, compile)
  }

  async rollbackToSavepoint(connection: DatabaseConnection, name: string, compile: QueryCompiler['compileQuery']) {
    await this.#inner.rollbackToSavepoint?.(innerOf(connection), name, compile)
  }

  async releaseSavepoint(connection: DatabaseConnection, name: string, compile: QueryCompiler['compileQuery']) {
    await this.#inner.releaseSavepoint?.(innerOf(connection), name, compile)
  }

  releaseConnection(connection: DatabaseConnection): Promise<void> {
    return this.#inner.releaseConnection(innerOf(connection))
  }

  destroy(): Promise<void> {
    return this.#inner.destroy()
  }
}

const innerOf = (connection: DatabaseConnection): DatabaseConnection =>
  connection instanceof SealingConnection ? connection.inner : connection
