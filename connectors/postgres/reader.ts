import { readFile } from 'node:fs/promises'
import pg from 'pg'
import type { PostgresReader } from '../../kernel/collect/connector.ts'
import { tlsFrom } from './connection-tls.ts'
import { readingError } from './reading-error.ts'

export interface ReaderOptions {
  /** Name of the system, for messages. */
  readonly system: string
  /** URI without a password, as in bergfried.yaml. `sslmode` and `sslrootcert` as in libpq. */
  readonly connectionString: string
  readonly password?: string
  /** Another database of the same cluster. */
  readonly database?: string
  readonly signal?: AbortSignal
  readonly statementTimeoutMs?: number
  readonly connectTimeoutMs?: number
}

/**
 * Opens a read-only connection to a cluster under observation: every transaction is read only, statements end after
 * 10 s, names resolve in pg_catalog alone, so that no function of the observed side can be called by name.
 *
 * Whole numbers of 8 bytes come as numbers.
 *
 * @throws {BergfriedError} `collect.unreachable`, `collect.denied`, `collect.timeout`; never with the address's secrets
 */
export async function postgresReader(options: ReaderOptions): Promise<PostgresReader> {
  const { system, signal } = options
  const timeout = options.statementTimeoutMs ?? 10_000
  signal?.throwIfAborted()
  const client = new pg.Client({
    ...(await settings(options)),
    application_name: 'bergfried',
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5000,
    options: `-c default_transaction_read_only=on -c statement_timeout=${timeout} -c lock_timeout=2000 -c search_path=pg_catalog`,
    types: { getTypeParser: (oid: number) => (oid === 20 ? Number : pg.types.getTypeParser(oid)) } as never,
  })
  client.on('error', () => undefined)
  const fail = (error: unknown, what: string) => readingError(error, { system, what, seconds: timeout / 1000 })
  try {
    await client.connect()
  } catch (error) {
    throw fail(error, 'login')
  }
  const stop = () => void client.end().catch(() => undefined)
  signal?.addEventListener('abort', stop, { once: true })
  return {
    query: async (sql, params = []) => {
      signal?.throwIfAborted()
      try {
        return (await client.query(sql, params as unknown[])).rows
      } catch (error) {
        signal?.throwIfAborted()
        throw fail(error, firstRelation(sql))
      }
    },
    close: async () => {
      signal?.removeEventListener('abort', stop)
      await client.end().catch(() => undefined)
    },
  }
}

async function settings(options: ReaderOptions): Promise<pg.ClientConfig> {
  const uri = new URL(options.connectionString.replace(/^(postgres(?:ql)?:\/\/[^@/]*)@\//, '$1@placeholder.invalid/'))
  const query = uri.searchParams
  const host = query.get('host') ?? (uri.hostname === 'placeholder.invalid' ? '/var/run/postgresql' : uri.hostname)
  const port = query.get('port') ?? uri.port
  const database = options.database ?? decodeURIComponent(uri.pathname.slice(1))
  const tls = host.startsWith('/')
    ? undefined
    : await tlsFrom(query, host.replace(/^\[|\]$/g, ''), (path) => readFile(path, 'utf8'))
  return {
    host: host.replace(/^\[|\]$/g, ''),
    port: port === '' || port === null ? 5432 : Number(port),
    user: decodeURIComponent(uri.username),
    database: database === '' ? decodeURIComponent(uri.username) : database,
    ...(options.password === undefined ? passwordIn(uri) : { password: options.password }),
    ...(tls === undefined ? {} : { ssl: tls }),
  }
}

/** Only the product's own sandboxes carry a password in the address; the configuration refuses it. */
const passwordIn = (uri: URL): { password?: string } =>
  uri.password === '' ? {} : { password: decodeURIComponent(uri.password) }

/** Names the place for a message without quoting the statement. */
const firstRelation = (sql: string): string => /\bfrom\s+([a-z_.]+)/i.exec(sql)?.[1] ?? 'query'
