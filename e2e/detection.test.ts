import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { appendFile, chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type ServerProcess, startProcess } from '../app/testing/server-process.ts'
import { freePort } from '../host/testing/test-host.ts'
import { systemClock } from '../kernel/clock/clock.ts'

const LONG = 120_000
const mails: string[] = []
let folder: string
let server: ServerProcess
let sshd: ChildProcess
let sink: Server
let port = 0
const env: Record<string, string> = {}

/** Takes every mail. */
async function smtpSink(): Promise<number> {
  sink = createServer((socket) => {
    let [held, data] = ['', false]
    socket.write('220 sink\r\n')
    socket.on('error', () => undefined)
    socket.on('data', (part: Buffer) => {
      held += part.toString()
      for (
        let end = held.indexOf(data ? '\r\n.\r\n' : '\r\n');
        end !== -1;
        end = held.indexOf(data ? '\r\n.\r\n' : '\r\n')
      ) {
        const line = held.slice(0, end)
        held = held.slice(end + (data ? 5 : 2))
        if (data) mails.push(line)
        const began = !data && /^DATA/i.test(line)
        data = began
        socket.write(began ? '354 go on\r\n' : '250 ok\r\n')
      }
    })
  })
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve))
  return (sink.address() as { port: number }).port
}

/** A real sshd; what it says goes where rsyslog would put it. */
async function startSshd(log: string): Promise<void> {
  port = await freePort()
  spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'host')])
  const config = join(folder, 'sshd_config')
  await writeFile(
    config,
    `ListenAddress 127.0.0.1:${port}\nHostKey ${join(folder, 'host')}\nPidFile none\nUsePAM no\nMaxStartups 100\nLogLevel VERBOSE\n`,
  )
  sshd = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] })
  let held = ''
  let writing: Promise<void> = Promise.resolve()
  sshd.stderr?.on('data', (part: Buffer) => {
    const lines = (held + part.toString()).split(/\r?\n/)
    held = lines.pop() ?? ''
    const text = lines.map((line) => `${systemClock.now().toISOString()} test-host sshd[4711]: ${line}\n`).join('')
    writing = writing.then(() => appendFile(log, text))
  })
}

const bergfried = async (...args: readonly string[]): Promise<string> => {
  const run = startProcess('cli/main.ts', env, { args })
  await run.ended
  return run.result()
}

beforeAll(async () => {
  if (process.getuid?.() !== 0) return
  folder = await mkdtemp(join(tmpdir(), 'bergfried-detection-e2e-'))
  await chmod(folder, 0o711)
  await mkdir(join(folder, 'data'), { mode: 0o711 })
  const log = join(folder, 'auth.log')
  await writeFile(log, '')
  await startSshd(log)
  const smtp = await smtpSink()
  const config = join(folder, 'bergfried.yaml')
  await writeFile(
    config,
    `language: en
listen: 127.0.0.1:${await freePort()}
detection:
  sources: [{ name: ssh, kind: sshd, file: ${log} }]
  mail: { host: 127.0.0.1, port: ${smtp}, security: none, from: b@example.com, to: [s@example.com] }
blocking: { mode: dry-run }
`,
  )
  Object.assign(env, { BERGFRIED_CONFIG: config, BERGFRIED_DATA: join(folder, 'data') })
  server = startProcess('app/server.ts', env)
  await server.until(/Bergfried is running/)
}, LONG)
afterAll(async () => {
  if (process.getuid?.() !== 0) return
  sshd.kill('SIGKILL')
  sink.close()
  server.child.kill('SIGTERM')
  await server.ended
  await rm(folder, { recursive: true, force: true })
}, LONG)
beforeEach(({ skip }) => skip(process.getuid?.() !== 0, 'needs root'))

it('a real sshd that is attacked leads to an alert with its lines and to a mail, within seconds; who never is kept out is spared', {
  timeout: LONG,
}, async () => {
  for (let i = 0; i < 9; i += 1) {
    const options = ['BatchMode=yes', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null'].flatMap((o) => [
      '-o',
      o,
    ])
    spawnSync('ssh', [...options, '-p', String(port), `nobody${i}@127.0.0.1`, 'true'], {
      stdio: 'ignore',
      timeout: 20_000,
    })
  }
  await expect
    .poll(() => mails.join('\n'), { timeout: 30_000 })
    .toContain('Many failed sign-ins over SSH from one address')
  expect(mails.join('\n')).toContain('127.0.0.1')
  const listed = await bergfried('alerts', 'list')
  expect(listed).toContain('Many failed sign-ins over SSH from one address: 127.0.0.1')
  expect(listed).toContain('Sign-ins over SSH tried with many names from one address: 127.0.0.1')
  const [, id = ''] = /\n {4}([0-9a-f-]{36})/.exec(listed) ?? []
  await bergfried('alerts', 'ack', id)
  expect(await bergfried('alerts', 'list')).toContain('◇')
  expect(await bergfried('ban', 'list')).toContain('Nobody is kept out')
})
