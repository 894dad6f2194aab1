import pg from 'pg'
import { translateDatabaseError } from './database-error.ts'
import type { Role, RoleSecrets } from './secrets-file.ts'

/** Where the database is: the bundled cluster by its socket, or any server by its address. */
export type DatabaseAddress =
  | { readonly socketFolder: string; readonly secrets: RoleSecrets; readonly database?: string }
  | { readonly url: string }

export type Rows<R> = readonly R[]

/** A connection in a transaction. */
export interface Transaction {
  /** @param name - keeps the statement prepared on its connection under this name */
  query<R extends object>(sql: string, params?: readonly unknown[], name?: string): Promise<Rows<R>>
}

/** One stage's way into the database, with that stage's rights and no others. */
export interface StagePool extends Transaction {
  /** Runs `work` in one transaction; any throw rolls everything back. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /** Runs `work` on one connection outside a transaction, for session settings. */
  session<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
}

export interface Database {
  readonly stage: (role: Role) => StagePool
  close(): Promise<void>
}

const SIZES: Record<Role, number> = {
  bf_owner: 2,
  bf_collect: 4,
  bf_judge: 2,
  bf_seal: 2,
  bf_publish: 4,
  bf_desk: 2,
  bf_audit: 2,
  bf_identity: 4,
  bf_access: 8,
  bf_keys: 4,
  bf_network: 4,
  bf_detect: 6,
}

/**
 * Opens one pool per role, lazily. On the bundled cluster each role signs in with its own password; on a foreign
 * server the one account of the address takes the role on (`SET ROLE`), which holds against mistakes, not against
 * somebody who took the process over: see docs/adr/0003-one-way-data-flow.md.
 *
 * Times come back as `Date`, `int8` as number (all of ours stay below 2^53).
 */
export function openDatabase(address: DatabaseAddress): Database {
  const pools = new Map<Role, { pool: pg.Pool; stage: StagePool }>()
  const stage = (role: Role): StagePool => {
    const known = pools.get(role)
    if (known !== undefined) return known.stage
    const pool = new pg.Pool({ ...connection(address, role), ...COMMON, max: SIZES[role] })
    // A server that goes away breaks idle connections; the next query reports it.
    pool.on('error', () => undefined)
    pool.on('connect', (client) => client.on('error', () => undefined))
    const made = stagePool(pool)
    pools.set(role, { pool, stage: made })
    return made
  }
  return {
    stage,
    close: async () => {
      await Promise.all([...pools.values()].map(({ pool }) => pool.end()))
      pools.clear()
    },
  }
}

const COMMON = {
  application_name: 'bergfried',
  connectionTimeoutMillis: 10_000,
  idleTimeoutMillis: 60_000,
  allowExitOnIdle: true,
} as const

function connection(address: DatabaseAddress, role: Role): pg.PoolConfig {
  const types = TYPES
  if ('url' in address) {
    return { connectionString: address.url, types, ...(role === 'bf_owner' ? {} : { options: `-c role=${role}` }) }
  }
  const { socketFolder, secrets, database } = address
  return { host: socketFolder, user: role, password: secrets[role], database: database ?? 'bergfried', types }
}

const INT8 = 20
const TYPES = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text'),
} as unknown as NonNullable<pg.PoolConfig['types']>

function stagePool(pool: pg.Pool): StagePool {
  const on = (client: { query: pg.Pool['query'] }): Transaction => ({
    query: async <R extends object>(sql: string, params: readonly unknown[] = [], name?: string) => {
      try {
        const config = name === undefined ? { text: sql } : { text: sql, name }
        return (await client.query({ ...config, values: params as unknown[] })).rows as R[]
      } catch (error) {
        throw translateDatabaseError(error)
      }
    },
  })
  const session = async <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => {
    const client = await pool.connect().catch((error: unknown) => {
      throw translateDatabaseError(error)
    })
    let broken: Error | undefined
    try {
      return await work(on(client as never))
    } catch (error) {
      if (isConnectionLoss(error)) broken = error as Error
      throw error
    } finally {
      client.release(broken)
    }
  }
  return {
    ...on(pool),
    session,
    transaction: (work) =>
      session(async (tx) => {
        await tx.query('begin')
        try {
          const result = await work(tx)
          await tx.query('commit')
          return result
        } catch (error) {
          await tx.query('rollback').catch(() => undefined)
          throw error
        }
      }),
  }
}

const isConnectionLoss = (error: unknown): boolean =>
  error instanceof Error && /terminat|ECONNRESET|db\.unreachable/.test(error.message)
