import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { ed25519Of, privateFile, publicFile, publicOf } from './keys.ts'

/** What came of a login: what the command printed, how ssh ended, what both sides said. */
export interface Login {
  readonly status: number
  readonly stdout: string
  readonly log: string
}

/**
 * The machine's sshd on loopback, one process for each connection (`sshd -i`), with an authority, a command for principals and
 * a list of revoked. Its folder lies below /run, since sshd runs no command from where others may write.
 */
export class Sshd implements AsyncDisposable {
  readonly folder = mkdtempSync('/run/bergfried-sshcert-')
  readonly #server: Server
  readonly #children = new Set<ChildProcess>()
  #log = ''

  private constructor() {
    this.#server = createServer({ pauseOnConnect: true }, (socket) => {
      const child = spawn('/usr/sbin/sshd', ['-i', '-e', '-f', join(this.folder, 'config')], {
        stdio: [socket, socket, 'pipe'],
      })
      this.#children.add(child)
      child.on('exit', () => this.#children.delete(child))
      child.stderr?.on('data', (part) => {
        this.#log += part
      })
      socket.destroy()
    })
  }

  /** @param authority seed of the key that is trusted */
  static async start(authority: number): Promise<Sshd> {
    const sshd = new Sshd()
    sshd.write('host', privateFile(ed25519Of(50)))
    sshd.write('ca.pub', publicFile(publicOf(authority)))
    sshd.write('answer', '')
    sshd.write('principals', `#!/bin/sh\necho "$@" > ${sshd.folder}/asked\nexec cat ${sshd.folder}/answer\n`, 0o700)
    const lines = [
      `HostKey ${sshd.folder}/host`,
      `TrustedUserCAKeys ${sshd.folder}/ca.pub`,
      'AuthorizedKeysFile none',
      `AuthorizedPrincipalsCommand ${sshd.folder}/principals %u %i %s %F`,
      'AuthorizedPrincipalsCommandUser root',
      `RevokedKeys ${sshd.folder}/krl`,
      ...['UsePAM no', 'PermitRootLogin yes', 'PasswordAuthentication no', 'KbdInteractiveAuthentication no'],
      ...['LogLevel VERBOSE', 'PidFile none'],
    ]
    sshd.write('config', `${lines.join('\n')}\n`)
    sshd.#server.listen(0, '127.0.0.1')
    await once(sshd.#server, 'listening')
    return sshd
  }

  write(name: string, content: string | Uint8Array, mode = 0o600): void {
    writeFileSync(join(this.folder, name), content, { mode })
  }

  remove(name: string): void {
    rmSync(join(this.folder, name), { force: true })
  }

  /** Signs in as root with the key of a seed and a certificate, and runs a command. */
  async login(key: number, certificate: string, command = 'echo in'): Promise<Login> {
    this.#log = ''
    this.write('user', privateFile(ed25519Of(key)))
    this.write('user-cert.pub', `${certificate}\n`)
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('sshd does not listen')
    const options = [
      ...['BatchMode=yes', 'IdentitiesOnly=yes', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null'],
      `CertificateFile=${this.folder}/user-cert.pub`,
    ].flatMap((option) => ['-o', option])
    const target = [
      '-F',
      'none',
      '-i',
      join(this.folder, 'user'),
      '-p',
      String(address.port),
      'root@127.0.0.1',
      command,
    ]
    const child = spawn('ssh', [...options, ...target], { stdio: ['ignore', 'pipe', 'pipe'], timeout: 15_000 })
    let stdout = ''
    child.stdout.on('data', (part) => {
      stdout += part
    })
    child.stderr.on('data', (part) => {
      this.#log += part
    })
    const [status] = (await once(child, 'close')) as [number | null]
    await Promise.all([...this.#children].map((one) => once(one, 'close')))
    return { status: status ?? -1, stdout, log: this.#log }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) child.kill()
    this.#server.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
