import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
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
  /** An empty folder for the cluster, removed by `stop`. */
  readonly folder: string
  /** Whom to run it as; needed where we are root. */
  readonly asUser?: { readonly uid: number; readonly gid: number }
  readonly clock?: Clock
}

export interface RunningSandboxPostgres extends SandboxPostgres {
  /** URI over the Unix socket, as the superuser, with its password. For the sandbox's own use alone. */
  readonly connectionString: string
  readonly port: number
  /** Certificate of the authority that signed the server's, PEM; it is for localhost and 127.0.0.1. */
  readonly authority: string
  stop(): Promise<void>
}

/** Keeps the sandbox itself connected whatever a drill does to the rules. */
const OWN_RULE = 'local all postgres scram-sha-256\n'
const DAY = 86_400_000

/**
 * Starts a throw-away, well-kept cluster: TLS and SCRAM alone, closed to PUBLIC, logging. Nothing of it is durable.
 *
 * @throws {BergfriedError} `db.start_failed`; nothing is left running or lying about
 */
export async function startSandboxPostgres(options: SandboxPostgresOptions): Promise<RunningSandboxPostgres> {
  const { folder } = options
  const data = join(folder, 'data')
  const password = randomBytes(18).toString('base64url')
  const sockets = await socketFolder(options)
  let server: ChildProcess | null = null
  const stop = async () => {
    if (server !== null && running(server)) {
      server.kill('SIGINT')
      await gone(server)
    }
    await rm(folder, { recursive: true, force: true })
    await rm(sockets, { recursive: true, force: true })
  }
  try {
    const authority = await prepare(options, data, password)
    const port = await freePort()
    server = run(options, 'postgres', ['-D', data, '-p', String(port), '-c', `unix_socket_directories=${sockets}`])
    await untilReady(data, server)
    const sql = asSuperuser({ host: sockets, port, user: 'postgres', password })
    for (const { database, text } of goodDatabases()) await sql(text, database)
    return {
      kind: 'postgres',
      port,
      authority,
      connectionString: `postgres://postgres:${password}@/postgres?host=${encodeURIComponent(sockets)}&port=${port}`,
      sql: async (text, database = 'shop') => void (await sql(text, database)),
      hba: async (lines) => {
        await writeFile(join(data, 'pg_hba.conf'), OWN_RULE + lines)
        await reload(sql)
      },
      readHba: async () => (await readFile(join(data, 'pg_hba.conf'), 'utf8')).slice(OWN_RULE.length),
      connect: (role, secret) => connectAs(port, role, secret),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

type Sql = (text: string, database: string) => Promise<pg.QueryResult>

/** A connection per statement, so that none is in the way of DROP DATABASE. */
const asSuperuser =
  (settings: pg.ClientConfig): Sql =>
  async (text, database) => {
    const client = new pg.Client({ ...settings, database, ssl: false })
    client.on('error', () => undefined)
    try {
      await client.connect()
      return await client.query(text)
    } finally {
      await client.end()
    }
  }

/** A Unix socket's path may have 107 bytes at the most, 103 on macOS; deep folders get a short one under /tmp. */
async function socketFolder({ folder, asUser }: SandboxPostgresOptions): Promise<string> {
  if (Buffer.byteLength(folder) < 84) return folder
  const short = await mkdtemp('/tmp/bf-pg-')
  if (asUser !== undefined) await chown(short, asUser.uid, asUser.gid)
  return short
}

async function prepare(options: SandboxPostgresOptions, data: string, password: string): Promise<string> {
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
  if ((await gone(initdb)) !== 0) throw startFailed('initdb')
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
  return authority.certificate
}

function run(options: SandboxPostgresOptions, program: string, args: readonly string[]): ChildProcess {
  const { uid, gid } = options.asUser ?? {}
  const child = spawn(join(options.binaries, program), args, {
    cwd: options.folder,
    env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
    stdio: 'ignore',
    ...(uid === undefined || gid === undefined ? {} : { uid, gid }),
  })
  // A program that cannot be started has no pid, which is how that is noticed.
  child.on('error', () => undefined)
  return child
}

/** A process that could not be started has no pid; one that a signal ended has no exit code. */
const running = (child: ChildProcess): boolean =>
  child.pid !== undefined && child.exitCode === null && child.signalCode === null

const gone = (child: ChildProcess): Promise<number | null> =>
  running(child) ? new Promise((resolve) => child.once('exit', resolve)) : Promise.resolve(child.exitCode)

async function untilReady(data: string, server: ChildProcess): Promise<void> {
  for (let waited = 0; waited < 30_000; waited += 20) {
    const file = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')
    if (file.split('\n')[7]?.trim() === 'ready') return
    if (!running(server)) break
    await sleep(20)
  }
  throw startFailed('sandbox did not start')
}

const startFailed = (reason: string) => new BergfriedError('db.start_failed', { reason, log: '-' })

/**
 * Waits until the server's first process, which lets clients in, has read its files again: a new session inherits its
 * pg_conf_load_time(), and pg_hba.conf is read in the same step.
 */
async function reload(sql: Sql): Promise<void> {
  const loaded = async () => String((await sql('select pg_conf_load_time()::text as at', 'postgres')).rows[0]?.at)
  const before = await loaded()
  await sql('select pg_reload_conf()', 'postgres')
  for (let waited = 0; waited < 5000; waited += 10) {
    if ((await loaded()) !== before) return
    await sleep(10)
  }
  throw startFailed('settings were not loaded again')
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
