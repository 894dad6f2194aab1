import { readFile } from 'node:fs/promises'
import { TLSSocket } from 'node:tls'
import pg from 'pg'
import { guardPeerCertificate } from '../../../kernel/collect/peer-certificate.ts'
import { addressOf } from '../address.ts'
import { tlsFrom } from '../connection-tls.ts'
import { readingError } from '../reading-error.ts'

export interface ActingOptions {
  /** Name of the system, for messages. */
  readonly system: string
  /** URI without a password; `sslmode` and `sslrootcert` as in libpq. */
  readonly connectionString: string
  /** Of the acting account, or how to ask for it at each connection. */
  readonly password?: string | (() => Promise<string | undefined>)
}

/** A connection that changes things. */
export interface ActingClient {
  /** As in `server_version_num`: 150018. */
  readonly version: number
  query<R extends object>(sql: string, params?: readonly unknown[]): Promise<readonly R[]>
}

/** Runs something on a connection of its own; null: to the database of the address. */
export type Connect = <T>(
  database: string | null,
  signal: AbortSignal,
  work: (client: ActingClient) => Promise<T>,
) => Promise<T>

const CONNECT_MS = 5000
const STATEMENT_MS = 10_000
const LOCK_MS = 3000
/** How long after a statement's own timeout the server may stay silent. */
const SILENCE_MS = 2000

/**
 * Connections of the acting account. Names resolve in pg_catalog alone, so that nothing of the other side is called by
 * name; statements end after 10 s and wait 3 s for locks.
 *
 * @throws {BergfriedError} `collect.unreachable`, `collect.denied`, `collect.timeout`, `collect.unreadable`
 */
export const connector =
  (options: ActingOptions): Connect =>
  async (database, signal, work) => {
    signal.throwIfAborted()
    const secret = typeof options.password === 'function' ? await options.password() : options.password
    const client = await newClient(options, {
      ...(database === null ? {} : { database }),
      ...(secret === undefined ? {} : { password: secret }),
      query_timeout: STATEMENT_MS + SILENCE_MS,
      options: `-c statement_timeout=${STATEMENT_MS} -c lock_timeout=${LOCK_MS} -c search_path=pg_catalog -c standard_conforming_strings=on`,
    })
    // Not `client.end()`: called while it connects, the driver would never answer.
    const stop = () => void client.connection.stream.destroy()
    signal.addEventListener('abort', stop, { once: true })
    const query: ActingClient['query'] = async (sql, params = []) => (await client.query(sql, params as unknown[])).rows
    try {
      await client.connect()
      const [row] = await query<{ v: string }>(`select current_setting('server_version_num') as v`)
      return await work({ version: Number(row?.v), query })
    } catch (error) {
      signal.throwIfAborted()
      const what = database === null ? 'acting' : `acting in ${database}`
      throw readingError(error, { system: options.system, what, seconds: STATEMENT_MS / 1000 })
    } finally {
      signal.removeEventListener('abort', stop)
      await leave(client, stop)
    }
  }

/** A client for the address, not yet connected; what is given counts more than what the address says. */
export async function newClient(options: ActingOptions, more: pg.ClientConfig): Promise<pg.Client> {
  const { host, port, user, database, parameters } = addressOf(options.connectionString, options.system)
  const tls = host.startsWith('/') ? undefined : await tlsFrom(parameters, host, (path) => readFile(path, 'utf8'))
  const client = new pg.Client({
    ...{ host, port, user, database, application_name: 'bergfried acting', connectionTimeoutMillis: CONNECT_MS },
    // Said in so many words: without it the driver takes PGSSLMODE from the environment.
    ssl: tls ?? false,
    ...more,
  })
  client.on('error', () => undefined)
  client.connection.once('sslconnect', () => {
    if (client.connection.stream instanceof TLSSocket) guardPeerCertificate(client.connection.stream)
  })
  return client
}

/** Takes leave of the server, and hangs up on one that does not answer. */
export async function leave(client: pg.Client, stop: () => void): Promise<void> {
  const silent = setTimeout(stop, SILENCE_MS)
  await client.end().catch(() => undefined)
  clearTimeout(silent)
}
