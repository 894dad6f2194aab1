import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { formatKnownVersion, type KnownVersion } from '../known-version.ts'
import { type Layout, layoutOf } from '../layout.ts'
import { programFiles } from '../program-files.ts'
import { AUTHORITY, authorityLine, certificateFor, HOST, ORDERS, privateFile, publicLine, USER } from './keys.ts'

const NOBODY = 65_534

/** A Node that every account can run: a checkout may lie in somebody's closed home. */
function nodeFor(root: string): string {
  const open = (path: string): boolean => (statSync(path).mode & 0o001) !== 0 && (path === '/' || open(dirname(path)))
  if (open(process.execPath)) return process.execPath
  const copy = join(root, 'node')
  copyFileSync(process.execPath, copy)
  chmodSync(copy, 0o755)
  return copy
}

/** What came of a command over ssh. */
export interface Ran {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * A host in a folder below /run, since sshd runs no command from where others may write: its own sshd on loopback, which asks
 * this program for principals. Accounts that a test makes are real and go with it.
 */
export class TestHost implements AsyncDisposable {
  readonly root = mkdtempSync('/run/bergfried-host-test-')
  readonly tag = `bft${randomBytes(4).toString('hex')}`
  readonly layout: Layout = {
    ...layoutOf(this.root),
    commandAccount: 'nobody',
    managedGroup: `${this.tag}g`,
    sshdConfig: join(this.root, 'etc/ssh/sshd_config'),
  }
  readonly accounts: string[] = []
  /** A Node that the account of the command can run. */
  readonly node: string
  port = 0
  #sshd: ChildProcess | null = null
  #log = ''
  readonly #children = new Set<ChildProcess>()

  private constructor() {
    const { layout } = this
    for (const path of [layout.settings, layout.allowList, layout.seen, layout.sshdConfig, layout.linger]) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
    }
    for (const path of [layout.logins, layout.sudoersFolder, ...layout.crontabs, ...layout.atJobs, layout.linger]) {
      mkdirSync(path, { recursive: true, mode: 0o755 })
    }
    spawnSync('chmod', ['0755', this.root])
    chownSync(layout.logins, NOBODY, NOBODY)
    this.node = nodeFor(this.root)
    this.must('groupadd', [layout.managedGroup])
  }

  static async start({ pam = false } = {}): Promise<TestHost> {
    const host = new TestHost()
    const { layout } = host
    host.settings('http://127.0.0.1:9')
    writeFileSync(layout.userAuthority, authorityLine())
    writeFileSync(layout.token, 'token-of-this-host\n', { mode: 0o600 })
    host.known({ list: 0n, krl: 0n })
    writeFileSync(join(host.root, 'hostkey'), privateFile(HOST), { mode: 0o600 })
    writeFileSync(join(host.root, 'user'), privateFile(USER), { mode: 0o600 })
    for (const { path, content } of programFiles(['main-principals.ts'])) {
      mkdirSync(dirname(join(host.root, 'lib', path)), { recursive: true })
      writeFileSync(join(host.root, 'lib', path), content)
    }
    host.port = await freePort()
    const lines = [
      ...[`Port ${host.port}`, 'ListenAddress 127.0.0.1', `HostKey ${host.root}/hostkey`],
      ...[`TrustedUserCAKeys ${layout.userAuthority}`, 'AuthorizedKeysFile none', `RevokedKeys ${layout.revoked}`],
      `AuthorizedPrincipalsCommand ${host.node} ${host.root}/lib/host/main-principals.mjs --root ${host.root} %u %i %s %F`,
      ...[`AuthorizedPrincipalsCommandUser ${layout.commandAccount}`, `PidFile ${layout.sshdPidFile}`],
      ...[`UsePAM ${pam ? 'yes' : 'no'}`, 'PermitRootLogin yes', 'PasswordAuthentication no', 'MaxStartups 100'],
      ...['KbdInteractiveAuthentication no', 'LogLevel VERBOSE', 'ExposeAuthInfo yes', 'MaxSessions 20'],
    ]
    writeFileSync(layout.sshdConfig, `${lines.join('\n')}\n`)
    await host.#listen()
    return host
  }

  settings(server: string, changes: object = {}): void {
    const text = JSON.stringify({
      ...{ format: 'bergfried-host/1', server, host: 'db-1', tls: null, mode: 'strict' },
      ...{ authority: publicLine(AUTHORITY), orders: publicLine(ORDERS), ...changes },
    })
    writeFileSync(this.layout.settings, text, { mode: 0o644 })
  }

  known(version: KnownVersion): void {
    writeFileSync(this.layout.knownVersion, formatKnownVersion(version), { mode: 0o644 })
  }

  /** A new account of this machine. */
  account(...options: readonly string[]): string {
    const name = `${this.tag}${this.accounts.length}`
    this.must('useradd', ['-m', '-s', '/bin/sh', '-p', '*', ...options, name])
    this.accounts.push(name)
    return name
  }

  must(program: string, args: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: 20_000 })
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`)
    return stdout
  }

  /** A process that goes with the host, whatever becomes of the test. */
  spawn(program: string, args: readonly string[]): ChildProcess {
    const child = spawn(program, args, { stdio: 'ignore' })
    this.#children.add(child)
    child.once('close', () => this.#children.delete(child))
    return child
  }

  /** ssh with a certificate, not waited for. */
  client(account: string, keyId: string, serial: bigint, command: string, options: readonly string[] = []): Client {
    return this.withCertificate(account, certificateFor(keyId, serial), command, options)
  }

  /** ssh with a certificate that somebody made, not waited for. */
  withCertificate(account: string, line: string, command: string, options: readonly string[] = []): Client {
    const certificate = join(this.root, `cert-${randomBytes(6).toString('hex')}.pub`)
    writeFileSync(certificate, `${line}\n`)
    const settings = [
      ...['BatchMode=yes', 'IdentitiesOnly=yes', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null'],
      ...[`CertificateFile=${certificate}`, 'LogLevel=VERBOSE'],
    ].flatMap((option) => ['-o', option])
    const target = ['-F', 'none', '-i', join(this.root, 'user'), '-p', String(this.port), `${account}@127.0.0.1`]
    const child = spawn('ssh', [...settings, ...options, ...target, command], { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#children.add(child)
    child.once('close', () => this.#children.delete(child))
    return new Client(child)
  }

  ssh(account: string, keyId: string, serial: bigint, command = 'echo in'): Promise<Ran> {
    const client = this.client(account, keyId, serial, command)
    client.child.stdin?.end()
    return client.ended
  }

  async isIn(account: string, keyId: string, serial: bigint): Promise<boolean> {
    const { status, stdout, stderr } = await this.ssh(account, keyId, serial)
    if (status === 0 && stdout === 'in\n') return true
    if (!stderr.includes('Permission denied (publickey)')) throw new Error(`${stderr}\n${this.#log}`)
    return false
  }

  /** What sshd said since the last time. */
  log(): string {
    const said = this.#log
    this.#log = ''
    return said
  }

  async #listen(): Promise<void> {
    const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', this.layout.sshdConfig], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#sshd = child
    child.stderr?.on('data', (part) => {
      this.#log += part
    })
    for (let tries = 0; !(await answers(this.port)); tries++) {
      if (tries > 200 || child.exitCode !== null) throw new Error(`sshd does not start: ${this.#log}`)
      await sleep(20)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL')
    this.#sshd?.kill()
    for (const account of this.accounts) {
      const uid = /^\d+$/.exec(spawnSync('id', ['-u', account], { encoding: 'utf8' }).stdout.trim())?.[0]
      if (uid !== undefined && uid !== '0') spawnSync('pkill', ['-KILL', '-U', uid])
      spawnSync('userdel', ['-f', '-r', account])
    }
    spawnSync('groupdel', [this.layout.managedGroup])
    if (this.#sshd !== null && this.#sshd.exitCode === null) await once(this.#sshd, 'exit')
    rmSync(this.root, { recursive: true, force: true })
  }
}

/** An ssh that runs. */
export class Client {
  readonly child: ChildProcess
  readonly ended: Promise<Ran>
  #stdout = ''
  #stderr = ''
  over = false

  constructor(child: ChildProcess) {
    this.child = child
    child.stdout?.on('data', (part) => {
      this.#stdout += part
    })
    child.stderr?.on('data', (part) => {
      this.#stderr += part
    })
    child.stdin?.on('error', () => undefined)
    this.ended = once(child, 'close').then(([status]) => {
      this.over = true
      return { status: (status as number | null) ?? -1, stdout: this.#stdout, stderr: this.#stderr }
    })
  }

  /** Waits for what a pattern finds on standard output. */
  async says(pattern: RegExp): Promise<string> {
    for (let tries = 0; tries < 500; tries++) {
      const found = pattern.exec(this.#stdout)
      if (found !== null) return found[1] ?? found[0]
      if (this.over) break
      await sleep(20)
    }
    throw new Error(`not said: ${pattern} in ${this.#stdout} ${this.#stderr}`)
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export async function until(what: string, holds: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  for (let waited = 0; waited < ms; waited += 20) {
    if (await holds()) return
    await sleep(20)
  }
  throw new Error(`never: ${what}`)
}

/** Whether a process lives: a zombie does not. */
export function isAlive(pid: number): boolean {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return !['Z', 'X'].includes(text.slice(text.lastIndexOf(')') + 2)[0] ?? 'X')
  } catch {
    return false
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
