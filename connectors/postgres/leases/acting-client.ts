import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { addressOf } from '../address.ts'
import { tlsFrom } from '../connection-tls.ts'
import { readingError } from '../reading-error.ts'

export interface ActingOptions {
  /** Name of the system, for messages. */
  readonly system: string
  /** URI without a password. */
  readonly connectionString: string
  /** Asked for at each connection; undefined where the server asks for none. */
  password(): Promise<string | undefined>
}

/** A connection that changes things. */
export interface ActingClient {
  query<R extends object>(sql: string, params?: readonly unknown[]): Promise<readonly R[]>
}

const CONNECT_MS = 5000
const STATEMENT_MS = 15_000

export async function clientConfig(options: ActingOptions, database?: string): Promise<pg.ClientConfig> {
  const { host, port, user, database: own, parameters } = addressOf(options.connectionString, options.system)
  const tls = host.startsWith('/') ? undefined : await tlsFrom(parameters, host, (path) => readFile(path, 'utf8'))
  return {
    host,
    port,
    user,
    database: database ?? own,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: STATEMENT_MS + 2000,
    ssl: tls ?? false,
  }
}

/**
 * Runs something on one connection of the acting account. Names resolve in pg_catalog alone, and statements end after 15 s.
 *
 * @throws {BergfriedError} `collect.unreachable`, `collect.denied`, `collect.timeout`
 */
export async function acting<T>(
  options: ActingOptions,
  database: string | undefined,
  work: (client: ActingClient) => Promise<T>,
): Promise<T> {
  const fail = (error: unknown) =>
    readingError(error, { system: options.system, what: 'acting', seconds: STATEMENT_MS / 1000 })
  const password = await options.password()
  const client = new pg.Client({
    ...(await clientConfig(options, database)),
    ...(password === undefined ? {} : { password }),
    application_name: 'bergfried acting',
    options: `-c statement_timeout=${STATEMENT_MS} -c lock_timeout=5000 -c search_path=pg_catalog`,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return await work({ query: async (sql, params = []) => (await client.query(sql, params as unknown[])).rows })
  } catch (error) {
    throw fail(error)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Quotes a name of ours for a statement that takes no parameters. Whatever else it is, it is refused. */
export function quoted(name: string): string {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(name)) throw new Error('a name that is none of ours')
  return `"${name}"`
}
