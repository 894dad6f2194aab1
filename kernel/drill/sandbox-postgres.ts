import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Clock, systemClock } from '../clock/clock.ts'
import { BergfriedError } from '../errors.ts'
import { makeAuthority, makeCertificate } from './certificates.ts'
import type { SandboxPostgres } from './drill.ts'
import { GOOD_HBA, GOOD_SETTINGS, goodDatabases } from './good-postgres.ts'

export interface SandboxPostgresOptions {
  /** Folder with initdb and postgres. */
  readonly binaries: string
  /** An empty folder for the cluster; it is the server's socket folder too, so its path must be short. */
  readonly folder: string
  /** Whom to run it as; needed where we are root. */
  readonly asUser?: { readonly uid: number; readonly gid: number }
  readonly clock?: Clock
}

export interface RunningSandboxPostgres extends SandboxPostgres {
  /** URI over the Unix socket, as the superuser, with its password. For the sandbox's own use alone. */
  readonly connectionString: string
  readonly port: number
  stop(): Promise<void>
}

/** Keeps the sandbox itself connected whatever a drill does to the rules. */
const OWN_RULE = 'local all postgres scram-sha-256\n'
const DAY = 86_400_000

/** Starts a throw-away, well-kept cluster: TLS and SCRAM alone, closed to PUBLIC, logging. Nothing of it is durable. */
export async function startSandboxPostgres(options: SandboxPostgresOptions): Promise<RunningSandboxPostgres> {
  const { folder } = options
  const data = join(folder, 'data')
  const password = randomBytes(18).toString('base64url')
  const port = await freePort()
  await prepare(options, data, password)
  const server = run(options, 'postgres', ['-D', data, '-p', String(port), '-c', `unix_socket_directories=${folder}`])
  const own = { host: folder, port, user: 'postgres', password }
  await untilReady(data, server)
  const client = async (database: string) => {
    const one = new pg.Client({ ...own, database })
    one.on('error', () => undefined)
    await one.connect()
    return one
  }
  const sql = async (text: string, database = 'shop') => {
    const one = await client(database)
    try {
      await one.query(text)
    } finally {
      await one.end()
    }
  }
  for (const { database, text } of goodDatabases()) await sql(text, database)
  const hba = async (lines: string) => {
    await writeFile(join(data, 'pg_hba.conf'), OWN_RULE + lines)
    await reload(sql)
  }
  return {
    kind: 'postgres',
    port,
    connectionString: `postgres://postgres:${password}@/postgres?host=${encodeURIComponent(folder)}&port=${port}`,
    sql,
    hba,
    readHba: async () => (await readFile(join(data, 'pg_hba.conf'), 'utf8')).slice(OWN_RULE.length),
    connect: async (role, secret) => connectAs(port, role, secret),
    stop: async () => {
      server.kill('SIGINT')
      await gone(server)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function prepare(options: SandboxPostgresOptions, data: string, password: string): Promise<void> {
  const { folder, asUser } = options
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, 'password')
  await writeFile(file, password, { mode: 0o600 })
  const mine = async (path: string) => (asUser === undefined ? undefined : chown(path, asUser.uid, asUser.gid))
  await mine(folder)
  await mine(file)
  const args = [
    '-D',
    data,
    '-U',
    'postgres',
    '--auth=scram-sha-256',
    `--pwfile=${file}`,
    '--no-sync',
    '--encoding=UTF8',
  ]
  const initdb = run(options, 'initdb', [...args, '--locale=C', '--no-instructions'])
  if ((await gone(initdb)) !== 0) throw new BergfriedError('db.start_failed', { reason: 'initdb', log: '-' })
  await rm(file)
  const now = (options.clock ?? systemClock).now().getTime()
  const authority = await makeAuthority(new Date(now))
  const certificate = await makeCertificate({
    authority,
    names: ['localhost', '127.0.0.1'],
    notBefore: new Date(now - DAY),
    notAfter: new Date(now + 90 * DAY),
  })
  await writeFile(join(data, 'server.crt'), certificate.certificate)
  await writeFile(join(data, 'server.key'), certificate.key, { mode: 0o600 })
  await chmod(join(data, 'server.key'), 0o600)
  await mine(join(data, 'server.key'))
  await writeFile(join(data, 'postgresql.conf'), GOOD_SETTINGS)
  await writeFile(join(data, 'pg_hba.conf'), OWN_RULE + GOOD_HBA)
}

function run(options: SandboxPostgresOptions, program: string, args: readonly string[]): ChildProcess {
  const { uid, gid } = options.asUser ?? {}
  return spawn(join(options.binaries, program), args, {
    cwd: options.folder,
    env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
    stdio: 'ignore',
    ...(uid === undefined || gid === undefined ? {} : { uid, gid }),
  })
}

const gone = (child: ChildProcess): Promise<number | null> =>
  child.exitCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise((resolve, reject) => {
        child.once('exit', resolve)
        child.once('error', reject)
      })

async function untilReady(data: string, server: ChildProcess): Promise<void> {
  for (let waited = 0; waited < 30_000; waited += 20) {
    const file = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')
    if (file.split('\n')[7]?.trim() === 'ready') return
    if (server.exitCode !== null) break
    await sleep(20)
  }
  throw new BergfriedError('db.start_failed', { reason: 'sandbox did not start', log: '-' })
}

/** The rules of a new file hold for connections made after every process has taken the signal. */
async function reload(sql: SandboxPostgres['sql']): Promise<void> {
  await sql('select pg_reload_conf()', 'postgres')
  await sleep(50)
}

/** As a client would: without TLS where the rules let it in, otherwise with. */
async function connectAs(port: number, role: string, password: string): Promise<{ close(): Promise<void> }> {
  const settings = { host: '127.0.0.1', port, user: role, password, database: 'shop' }
  for (const ssl of [false, { rejectUnauthorized: false }] as const) {
    const client = new pg.Client({ ...settings, ssl })
    client.on('error', () => undefined)
    try {
      await client.connect()
      return { close: () => client.end().catch(() => undefined) }
    } catch (error) {
      if (ssl !== false) throw error
    }
  }
  throw new Error('unreachable')
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}
