import { type ChildProcess, spawn } from 'node:child_process'
import {
  chmod,
  chown,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  statfs,
  writeFile,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { BergfriedError } from '../errors.ts'
import { BERGFRIED_CONF, PG_HBA } from './embedded-config.ts'
import { isPostgresOf, readPidFile } from './pid-file.ts'
import { prepareRuntime, type Runtime } from './runtime.ts'
import { type RoleSecrets, roleSecrets } from './secrets-file.ts'
import { type ServerUser, serverUser } from './server-user.ts'

export interface EmbeddedCluster {
  /** Folder of the Unix socket; there is no TCP port. */
  readonly socketFolder: string
  readonly secrets: RoleSecrets
  /** This process started it (and did not find it running). */
  readonly started: boolean
  /** Resolves when the server process is gone, whoever stopped it. */
  readonly gone: Promise<void>
  /** Fast shutdown: sessions are ended, everything committed is kept. */
  stop(): Promise<void>
}

/**
 * Starts the bundled PostgreSQL on a data folder, or joins one that already runs there (left by a killed process, or
 * started by a command that is still at work).
 *
 * Layout of the folder: `pgdata/` (the cluster), `run/` (socket), `log/`, `conf/` (settings), `secrets.json`, `start.log`,
 * `postgresql-<version>/`. The folder is ours; only the first three belong to the account that the server runs as. So
 * whoever takes the server over finds no file that we, perhaps as root, will write through a link of theirs.
 *
 * @throws {BergfriedError} `data.not_writable`, `data.other_version` (nothing is changed), `db.start_failed`
 */
export async function startEmbedded(folder: string): Promise<EmbeddedCluster> {
  const user = await serverUser()
  await ownFolder(folder, user)
  const runtime = await prepareRuntime(folder).catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? new BergfriedError('db.disk_full') : error
  })
  const data = join(folder, 'pgdata')
  const socketFolder = await socketFolderFor(folder, user)
  const secrets = await roleSecrets(join(folder, 'secrets.json'))
  await checkVersion(data, runtime)

  const running = await runningPid(data)
  if (running !== null) {
    await waitUntilReady(data, () => null, folder)
    return { socketFolder, secrets, started: false, gone: untilGone(running), stop: () => stopPid(running) }
  }

  if (!(await exists(join(data, 'PG_VERSION')))) await initialise(folder, data, runtime, user, secrets)
  await writeSettings(folder)
  await serverFolder(join(folder, 'log'), user)
  const child = await spawnServer(folder, data, socketFolder, runtime, user)
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await waitUntilReady(data, () => child.exitCode, folder)
  return { socketFolder, secrets, started: true, gone, stop: () => stopPid(child.pid ?? 0, gone) }
}

async function ownFolder(folder: string, user: ServerUser): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o711 })
    const me = process.getuid?.() ?? 0
    const { uid } = await stat(folder)
    if (uid !== me) throw new Error('owned by somebody else')
    // The server's account passes through; it sees no names.
    if (me === 0) await chmod(folder, 0o711)
    for (let up = dirname(folder); me === 0 && up !== '/'; up = dirname(up)) {
      const { mode, uid: owner, gid } = await stat(up)
      const open = owner === user.uid ? mode & 0o100 : gid === user.gid ? mode & 0o010 : mode & 0o001
      if (open === 0) throw new Error(`${user.name} cannot pass ${up}`)
    }
  } catch (error) {
    throw new BergfriedError('data.not_writable', { folder, reason: (error as Error).message }, { cause: error })
  }
}

/** A folder that belongs to the server's account. Made by us in a folder of ours, so no link can stand in for it. */
async function serverFolder(path: string, user: ServerUser): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  if (process.getuid?.() === 0) await chown(path, user.uid, user.gid)
}

/** Settings lie outside the cluster's folder, which the server could write. */
async function writeSettings(folder: string): Promise<void> {
  const conf = join(folder, 'conf')
  await mkdir(conf, { recursive: true, mode: 0o755 })
  await chmod(conf, 0o755)
  for (const [name, text] of [
    ['postgresql.conf', BERGFRIED_CONF],
    ['pg_hba.conf', PG_HBA],
    ['pg_ident.conf', ''],
  ] as const) {
    await writeFile(join(conf, name), text, { mode: 0o644 })
    await chmod(join(conf, name), 0o644)
  }
}

/** What stops a start most often has a sentence of its own. On a full disk not even the log says so. */
async function startFailed(folder: string): Promise<BergfriedError> {
  const reason = await lastWords(folder)
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize < NEEDED_BYTES || /No space left on device/.test(reason)) return new BergfriedError('db.disk_full')
  return new BergfriedError('db.start_failed', { reason, log: join(folder, 'start.log') })
}

const NEEDED_BYTES = 1024 * 1024

/** A Unix socket's path may have 107 bytes at the most; deep data folders get a short one under /tmp. */
async function socketFolderFor(folder: string, user: ServerUser): Promise<string> {
  const inside = join(folder, 'run')
  const path =
    Buffer.byteLength(inside) < 88
      ? inside
      : join('/tmp', `bergfried-${user.uid}-${Buffer.from(folder).toString('hex').slice(-24)}`)
  const before = await lstat(path).catch(() => null)
  // Under /tmp somebody else may have been there first.
  if (before !== null && (!before.isDirectory() || before.uid !== user.uid)) {
    throw new BergfriedError('data.not_writable', { folder: path, reason: 'owned by somebody else' })
  }
  await serverFolder(path, user)
  return path
}

async function checkVersion(data: string, runtime: Runtime): Promise<void> {
  const found = await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => null)
  if (found !== null && found.trim() !== runtime.major) {
    throw new BergfriedError('data.other_version', { folder: data, found: found.trim(), expected: runtime.major })
  }
}

async function initialise(folder: string, data: string, runtime: Runtime, user: ServerUser, secrets: RoleSecrets) {
  const fresh = `${data}.new`
  await rm(fresh, { recursive: true, force: true })
  await serverFolder(fresh, user)
  const passwordFile = join(folder, 'owner-password.new')
  await writeFile(passwordFile, secrets.bf_owner, { mode: 0o600 })
  if (process.getuid?.() === 0) await chown(passwordFile, user.uid, user.gid)
  const args = ['-D', fresh, '-U', 'bf_owner', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8']
  args.push('--locale-provider=builtin', '--locale=C.UTF-8', '--data-checksums', '--no-instructions')
  const log = join(folder, 'start.log')
  const out = await open(log, 'a', 0o600)
  try {
    const child = spawn(join(runtime.bin, 'initdb'), args, {
      cwd: folder,
      ...identity(user),
      env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
      stdio: ['ignore', out.fd, out.fd],
    })
    const code = await new Promise<number | null>((resolve) => {
      child.once('error', () => resolve(-1))
      child.once('exit', resolve)
    })
    if (code !== 0) throw await startFailed(folder)
  } finally {
    await out.close()
    await rm(passwordFile, { force: true })
  }
  await rename(fresh, data)
}

async function spawnServer(folder: string, data: string, sockets: string, runtime: Runtime, user: ServerUser) {
  const out = await open(join(folder, 'start.log'), 'a', 0o600)
  try {
    const settings = {
      config_file: join(folder, 'conf', 'postgresql.conf'),
      hba_file: join(folder, 'conf', 'pg_hba.conf'),
      ident_file: join(folder, 'conf', 'pg_ident.conf'),
      log_directory: join(folder, 'log'),
      unix_socket_directories: sockets,
    }
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const child = spawn(join(runtime.bin, 'postgres'), ['-D', data, ...args], {
      cwd: folder,
      ...identity(user),
      env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
      stdio: ['ignore', out.fd, out.fd],
      // A session of its own: Ctrl-C in the terminal reaches us first, and we stop it in order.
      detached: true,
    })
    child.unref()
    return child as ChildProcess
  } finally {
    await out.close()
  }
}

const identity = (user: ServerUser) => (process.getuid?.() === 0 ? { uid: user.uid, gid: user.gid } : {})

async function runningPid(data: string): Promise<number | null> {
  const file = await readPidFile(data)
  if (file === null) return null
  if (await isPostgresOf(file.pid, data)) return file.pid
  await rm(join(data, 'postmaster.pid'), { force: true })
  return null
}

/** The server writes "ready" into its pid file (src/include/utils/pidfile.h); reading it needs no connection. */
async function waitUntilReady(data: string, exitCode: () => number | null, folder: string): Promise<void> {
  const log = join(folder, 'start.log')
  for (let waited = 0; waited < 60_000; waited += 10) {
    if ((await readPidFile(data))?.status === 'ready') return
    if (exitCode() !== null) throw await startFailed(folder)
    await sleep(10)
  }
  throw new BergfriedError('db.start_failed', { reason: 'not ready after 60 s', log })
}

/** The line that tells why, from the start's own log or from the newest of the server's. */
async function lastWords(folder: string): Promise<string> {
  const newest = (await readdir(join(folder, 'log')).catch(() => [])).sort().at(-1)
  const files = [join(folder, 'start.log'), ...(newest === undefined ? [] : [join(folder, 'log', newest)])]
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')))
  // The log of the day also tells of earlier runs.
  const latest = texts.map((text) => text.slice(Math.max(0, text.lastIndexOf('starting PostgreSQL'))))
  const lines = latest.flatMap((text) => text.trim().split('\n').slice(-20))
  const telling = lines.findLast((text) => /FATAL|PANIC|error:/.test(text)) ?? lines.at(-1) ?? ''
  return telling.replace(/^.*?(FATAL|PANIC|error): +/, '').slice(0, 300)
}

/** Polls with a live timer: waiting on the detached child alone would not keep the process up. */
async function stopPid(pid: number, gone?: Promise<void>): Promise<void> {
  if (pid <= 0) return
  let ended = false
  void gone?.then(() => {
    ended = true
  })
  try {
    process.kill(pid, 'SIGINT')
    for (let waited = 0; waited < 15_000 && !ended; waited += 10) {
      await sleep(10)
      process.kill(pid, 0)
    }
  } catch {
    // No such process: it is gone, which is what we wanted.
  }
}

async function untilGone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return
    }
    await sleep(100, undefined, { ref: false })
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
