import { readFile } from 'node:fs/promises'
import { TLSSocket } from 'node:tls'
import pg from 'pg'
import type { PostgresReader } from '../../kernel/collect/connector.ts'
import { guardPeerCertificate } from '../../kernel/collect/peer-certificate.ts'
import { addressOf } from './address.ts'
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

/** How long after a statement's own timeout the server may stay silent before the connection is given up. */
const SILENCE_MS = 2000

/**
 * Opens a read-only connection to a cluster under observation: every transaction is read only, statements end after
 * 10 s, names resolve in pg_catalog alone, so that no function of the observed side can be called by name. What the
 * server presets for the role counts less than what is said here.
 *
 * Whole numbers of 8 bytes come as numbers.
 *
 * @throws {BergfriedError} `collect.unreachable`, `collect.denied`, `collect.timeout`; never with the address's secrets
 */
export async function postgresReader(options: ReaderOptions): Promise<PostgresReader> {
  const { system, signal } = options
  const timeout = options.statementTimeoutMs ?? 10_000
  const where = await settings(options)
  signal?.throwIfAborted()
  const client = new pg.Client({
    ...where,
    application_name: 'bergfried',
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5000,
    query_timeout: timeout + SILENCE_MS,
    options: `-c default_transaction_read_only=on -c statement_timeout=${timeout} -c lock_timeout=2000 -c search_path=pg_catalog -c datestyle=ISO -c standard_conforming_strings=on`,
    types: { getTypeParser: (oid: number) => (oid === 20 ? Number : pg.types.getTypeParser(oid)) } as never,
  })
  client.on('error', () => undefined)
  client.connection.once('sslconnect', () => {
    if (client.connection.stream instanceof TLSSocket) guardPeerCertificate(client.connection.stream)
  })
  const fail = (error: unknown, what: string) => readingError(error, { system, what, seconds: timeout / 1000 })
  // Not `client.end()`: called while it connects, the driver would never answer.
  const stop = () => hangUp(client)
  signal?.addEventListener('abort', stop, { once: true })
  try {
    await client.connect()
  } catch (error) {
    signal?.removeEventListener('abort', stop)
    stop()
    signal?.throwIfAborted()
    throw fail(error, 'login')
  }
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
      await close(client)
    },
  }
}

/** Takes leave of the server, and hangs up on one that does not answer. */
async function close(client: pg.Client): Promise<void> {
  const silent = setTimeout(() => hangUp(client), SILENCE_MS)
  await client.end().catch(() => undefined)
  clearTimeout(silent)
}

const hangUp = (client: pg.Client) => void client.connection.stream.destroy()

async function settings(options: ReaderOptions): Promise<pg.ClientConfig> {
  const { host, port, user, database, password, parameters } = addressOf(options.connectionString, options.system)
  const secret = options.password ?? password
  const tls = host.startsWith('/') ? undefined : await tlsFrom(parameters, host, (path) => readFile(path, 'utf8'))
  return {
    host,
    port,
    user,
    database: options.database ?? database,
    ...(secret === null ? {} : { password: secret }),
    // Said in so many words: without it the driver takes PGSSLMODE from the environment.
    ssl: tls ?? false,
  }
}

/** Names the place for a message without quoting the statement. */
const firstRelation = (sql: string): string => /\bfrom\s+([a-z_.]+)/i.exec(sql)?.[1] ?? 'query'
