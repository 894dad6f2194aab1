import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FACTS, type Fact, type FactKind } from '../../../facts/kinds.ts'
import { fixedClock } from '../../../kernel/clock/clock.ts'
import type { Connector } from '../../../kernel/collect/connector.ts'
import { prepareRuntime } from '../../../kernel/db/runtime.ts'
import { serverUser } from '../../../kernel/db/server-user.ts'
import { type RunningSandboxPostgres, startSandboxPostgres } from '../../../kernel/drill/sandbox-postgres.ts'
import { postgresReader, type ReaderOptions } from '../reader.ts'

/** The machine's own older server (Debian), where the catalogues differ from those of 18. */
export const OLDER = '/usr/lib/postgresql/15/bin'

export interface TestCluster extends RunningSandboxPostgres {
  reader(more?: Partial<ReaderOptions>): ReturnType<typeof postgresReader>
  /** Options of a reader who signs in as a role over TLS, unverified. */
  as(role: string, password: string, database?: string): Partial<ReaderOptions>
  /** Runs a connector; every row is held against its shape. */
  collect<K extends FactKind>(
    connector: Connector<K, 'postgres'>,
    options?: Partial<ReaderOptions>,
  ): Promise<{ of<F extends K>(kind: F): Fact<F>[]; failures: Map<FactKind, unknown> }>
}

/** Starts a sandbox cluster in a temp folder; with `binaries` on another server than the bundled one. */
export async function startTestCluster(binaries?: string): Promise<TestCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'bergfried-pg-'))
  const user = await serverUser()
  const root = process.getuid?.() === 0
  if (root) await chown(folder, user.uid, user.gid)
  const cluster = await startSandboxPostgres({
    binaries: binaries ?? (await prepareRuntime(join(folder, 'runtime'))).bin,
    folder: join(folder, 'c'),
    ...(root ? { asUser: user } : {}),
  })
  const reader: TestCluster['reader'] = (more = {}) =>
    postgresReader({ system: 'test', connectionString: cluster.connectionString, ...more })
  return {
    ...cluster,
    reader,
    as: (role, password, database = 'postgres') => ({
      connectionString: `postgres://${encodeURIComponent(role)}@127.0.0.1:${cluster.port}/${database}?sslmode=require`,
      password,
    }),
    collect: async (connector, options = {}) => {
      const rows = new Map<FactKind, unknown[]>()
      const failures = new Map<FactKind, unknown>()
      await connector.collect(
        { connect: (database) => reader({ ...options, ...(database === undefined ? {} : { database }) }) },
        {
          system: 'test',
          clock: fixedClock('2026-11-01T00:00:00Z'),
          signal: new AbortController().signal,
          emit: async (kind, row) => {
            FACTS.get(kind)?.shape.parse(row)
            rows.set(kind, [...(rows.get(kind) ?? []), row])
          },
          fail: (kind, error) => failures.set(kind, error),
        },
      )
      return { of: (kind) => (rows.get(kind) ?? []) as never, failures }
    },
    stop: async () => {
      await cluster.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
