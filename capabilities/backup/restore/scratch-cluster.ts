import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { BergfriedError } from '../../../kernel/errors.ts'

export interface ScratchOptions {
  /** Folder with initdb and postgres. */
  readonly binaries: string
  /** A folder in which the cluster's own is made, with room for the data. */
  readonly folder: string
  /** Whom to run it as where we are root. */
  readonly asUser: { readonly uid: number; readonly gid: number } | null
  readonly signal: AbortSignal
}

export interface ScratchCluster {
  /** Folder of the Unix socket; it listens nowhere else. */
  readonly sockets: string
  readonly password: string
  /** URI of a database, as the superuser, without the password. */
  uri(database: string): string
  stop(): Promise<void>
}

const SETTINGS = `
listen_addresses = ''
fsync = off
full_page_writes = off
synchronous_commit = off
autovacuum = off
wal_level = minimal
max_wal_senders = 0
maintenance_work_mem = 128MB
max_connections = 20
`

/** Starts a cluster that nothing reaches and nothing of which lasts. @throws {BergfriedError} `db.start_failed` */
export async function startScratch(options: ScratchOptions): Promise<ScratchCluster> {
  await mkdir(options.folder, { recursive: true, mode: 0o711 })
  const home = await mkdtemp(join(options.folder, 'restore-'))
  // The path of a socket has at most 107 bytes.
  const sockets = home.length < 80 ? home : await mkdtemp(join(tmpdir(), 'bf-restore-'))
  const password = randomBytes(18).toString('base64url')
  let server: ChildProcess | null = null
  const stop = async (): Promise<void> => {
    if (server !== null && runs(server)) {
      server.kill('SIGQUIT')
      await gone(server)
    }
    await rm(home, { recursive: true, force: true })
    await rm(sockets, { recursive: true, force: true })
  }
  try {
    const data = join(home, 'data')
    const secret = join(home, 'password')
    await writeFile(secret, password, { mode: 0o600 })
    for (const path of [home, sockets, secret])
      if (options.asUser !== null) await chown(path, options.asUser.uid, options.asUser.gid)
    const args = [
      '-D',
      data,
      '-U',
      'postgres',
      '--auth=scram-sha-256',
      `--pwfile=${secret}`,
      '--no-sync',
      '--encoding=UTF8',
      '--locale=C',
    ]
    if ((await gone(run(options, home, 'initdb', args))) !== 0) throw failed('initdb')
    await rm(secret)
    await writeFile(join(data, 'postgresql.conf'), `${SETTINGS}unix_socket_directories = '${sockets}'\n`)
    server = run(options, home, 'postgres', ['-D', data])
    await untilReady(data, server)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    sockets,
    password,
    uri: (database) => `postgres://postgres@/${encodeURIComponent(database)}?host=${encodeURIComponent(sockets)}`,
    stop,
  }
}

function run(
  { binaries, asUser, signal }: ScratchOptions,
  cwd: string,
  program: string,
  args: readonly string[],
): ChildProcess {
  signal.throwIfAborted()
  const child = spawn(join(binaries, program), args, {
    cwd,
    env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
    stdio: 'ignore',
    ...(asUser === null ? {} : { uid: asUser.uid, gid: asUser.gid }),
  })
  // A program that cannot be started has no pid, which is how that is noticed.
  child.on('error', () => undefined)
  return child
}

const runs = (child: ChildProcess): boolean =>
  child.pid !== undefined && child.exitCode === null && child.signalCode === null

const gone = (child: ChildProcess): Promise<number | null> =>
  runs(child) ? new Promise((resolve) => child.once('exit', resolve)) : Promise.resolve(child.exitCode)

async function untilReady(data: string, server: ChildProcess): Promise<void> {
  for (let waited = 0; waited < 60_000 && runs(server); waited += 20) {
    const file = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')
    if (file.split('\n')[7]?.trim() === 'ready') return
    await sleep(20)
  }
  throw failed('the scratch cluster did not start')
}

const failed = (reason: string): BergfriedError => new BergfriedError('db.start_failed', { reason, log: '-' })
