import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { LeaseOrder } from '../../../../kernel/act/actor.ts'
import { scramVerifier } from '../../../../kernel/scram/scram.ts'
import { addressOf } from '../../address.ts'
import { startTestCluster, type TestCluster } from '../../testing/cluster.ts'
import { ACTING } from '../names.ts'
import { prepareCluster, prepareSchema } from '../prepare.ts'

/** What people in the tests sign in with. */
export const PASSWORD = 'made-by-the-person'
const ACTING_PASSWORD = 'of-the-acting-account'

/** Two-phase commit and logical replication are on: both are ways to leave something behind. */
const SETTINGS = ['max_connections=60', 'max_prepared_transactions=10', 'wal_level=logical']
const HBA = `host all outsider 127.0.0.1/32 reject
host all all 127.0.0.1/32 scram-sha-256
`

interface Account {
  readonly system: string
  readonly connectionString: string
  readonly password: string
}

/** A prepared cluster with the databases `shop` and `other`, both prepared. */
export interface PreparedCluster extends AsyncDisposable {
  readonly admin: pg.Client
  readonly version: number
  /** Of the acting account, over the network address. */
  readonly acting: Account
  /** The same as a superuser, for those who let one act. */
  readonly superuser: Account
  /** Runs SQL as the superuser in a database. */
  sql(text: string, database?: string): Promise<pg.QueryResult>
  /** Signs in with a password over the network address. */
  signIn(user: string, more?: pg.ClientConfig): Promise<pg.Client>
}

/** @param binaries - folder with initdb and postgres; without it the bundled server */
export async function startPrepared(binaries?: string): Promise<PreparedCluster> {
  const base = await startTestCluster(binaries)
  await base.hba(HBA)
  const server = await restarted(base)
  const { host, password } = addressOf(base.connectionString, 'test')
  const { port } = base
  const clients: pg.Client[] = []
  const connect = async (config: pg.ClientConfig) => {
    const client = new pg.Client({ port, ssl: false, ...config })
    client.on('error', () => undefined)
    await client.connect()
    clients.push(client)
    return client
  }
  const root = { host, user: 'postgres', password: password ?? '' }
  const admin = await connect({ ...root, database: 'postgres' })
  const sql: PreparedCluster['sql'] = async (text, database = 'shop') => {
    const client = await connect({ ...root, database })
    return client.query(text).finally(() => client.end())
  }
  const { rows } = await admin.query<{ v: number }>("select current_setting('server_version_num')::int as v")
  const version = rows[0]?.v ?? 0
  await admin.query('create database other')
  // Twice: whatever a person runs may be run again.
  for (const statement of [...prepareCluster(version, ACTING_PASSWORD), ...prepareCluster(version, ACTING_PASSWORD)]) {
    await admin.query(statement)
  }
  await sql('create table orders (id int); insert into orders values (1)')
  for (const database of ['shop', 'other']) {
    for (const statement of prepareSchema(database, 'public', 'postgres')) await sql(statement, database)
  }
  const account = (user: string, secret: string): Account => ({
    system: 'test',
    connectionString: `postgres://${user}@127.0.0.1:${port}/shop`,
    password: secret,
  })
  return {
    admin,
    version,
    acting: account(ACTING, ACTING_PASSWORD),
    superuser: account('postgres', root.password),
    sql,
    signIn: (name, more) => connect({ host: '127.0.0.1', user: name, password: PASSWORD, database: 'shop', ...more }),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(clients.map((client) => client.end().catch(() => undefined)))
      server.kill('SIGINT')
      await new Promise((resolve) => server.once('exit', resolve))
      await base.stop()
    },
  }
}

/** An order for a fresh grant of anna's. */
export const orderFor = (level: string, grant: string = randomUUID()): LeaseOrder => ({
  grant,
  account: 'anna',
  level,
  until: new Date('2036-01-01T00:00:00Z'),
  credential: scramVerifier(PASSWORD),
})

/** Ends the server that was just started, and starts it with settings that take a start. */
async function restarted(base: TestCluster): Promise<ChildProcess> {
  const client = new pg.Client({ connectionString: base.connectionString })
  await client.connect()
  const { rows } = await client.query<{ bin: string; data: string }>(
    `select setting as bin, current_setting('data_directory') as data from pg_config where name = 'BINDIR'`,
  )
  await client.end()
  const { bin = '', data = '' } = rows[0] ?? {}
  const pidFile = () => readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')
  const pid = Number((await pidFile()).split('\n')[0])
  process.kill(pid, 'SIGINT')
  await until(async () => (await pidFile()) === '')
  const { uid, gid } = await stat(data)
  const { host } = addressOf(base.connectionString, 'test')
  const args = ['-D', data, '-p', String(base.port), '-k', host, ...SETTINGS.flatMap((setting) => ['-c', setting])]
  const server = spawn(join(bin, 'postgres'), args, {
    cwd: data,
    env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
    stdio: 'ignore',
    ...(process.getuid?.() === 0 ? { uid, gid } : {}),
  })
  await until(async () => (await pidFile()).split('\n')[7]?.trim() === 'ready')
  return server
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 30_000; waited += 20) {
    if (await holds()) return
    await sleep(20)
  }
  throw new Error('the server did not follow')
}
