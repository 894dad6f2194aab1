import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'

/** A TCP connection as a witness names it. */
export interface ReplayPacket {
  readonly family: 4 | 6
  readonly source: string
  readonly sourcePort: number
  readonly target: string
  readonly targetPort: number
  /** Where it comes in; null: any. */
  readonly iif: string | null
}

/** `cannot`: no namespaces here, or a packet that cannot be sent. */
export type Replayed = 'confirmed' | 'not_confirmed' | 'cannot'

const MS = 4000
const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }

/**
 * Sends a packet through rules in a throw-away network namespace: the rules are loaded there as they are, the packet comes over a wire
 * from a second one, and somebody listens where it goes. Only what a real kernel lets through is confirmed.
 *
 * @param rules - as `nft list ruleset` prints them
 */
export async function replayPacket(rules: string, packet: ReplayPacket): Promise<Replayed> {
  if (process.getuid?.() !== 0) return 'cannot'
  const id = randomBytes(3).toString('hex')
  const [host, peer] = [`bfr${id}`, `bfp${id}`]
  const iif = packet.iif !== null && /^[A-Za-z0-9_.-]{1,15}$/.test(packet.iif) ? packet.iif : 'eth0'
  let listener: ChildProcess | null = null
  try {
    const steps = wire(host, peer, iif, packet)
    for (const args of steps) if ((await run('ip', args)) !== 0) return 'cannot'
    if ((await run('ip', ['netns', 'exec', host, 'nft', '-f', '-'], rules)) !== 0) return 'cannot'
    const listen = `require('node:net').createServer((s) => s.end()).listen(${packet.targetPort}, ${JSON.stringify(packet.target)}, () => process.stdout.write('up'))`
    listener = spawn('ip', ['netns', 'exec', host, process.execPath, '-e', listen], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: ENVIRONMENT,
    })
    const [up] = await Promise.race([once(listener.stdout ?? process.stdin, 'data'), once(listener, 'exit')])
    if (!Buffer.isBuffer(up)) return 'cannot'
    const connect = `const s = require('node:net').connect({ host: ${JSON.stringify(packet.target)}, port: ${packet.targetPort}, localAddress: ${JSON.stringify(packet.source)}, localPort: ${packet.sourcePort} });
      s.once('connect', () => process.exit(0)); s.once('error', (e) => process.exit(e.code === 'ECONNREFUSED' || e.code === 'EHOSTUNREACH' ? 1 : 2)); setTimeout(() => process.exit(1), ${MS})`
    const status = await run('ip', ['netns', 'exec', peer, process.execPath, '-e', connect])
    return status === 0 ? 'confirmed' : status === 1 ? 'not_confirmed' : 'cannot'
  } finally {
    listener?.kill('SIGKILL')
    for (const name of [host, peer]) await run('ip', ['netns', 'del', name])
  }
}

/** Two namespaces with a wire; each knows one address of the other. */
function wire(
  host: string,
  peer: string,
  iif: string,
  { family, source, target }: ReplayPacket,
): readonly (readonly string[])[] {
  const bits = family === 4 ? '32' : '128'
  const kind = family === 4 ? ['-4'] : ['-6']
  const nodad = family === 4 ? [] : ['nodad']
  return [
    ['netns', 'add', host],
    ['netns', 'add', peer],
    ['link', 'add', iif, 'netns', host, 'type', 'veth', 'peer', 'name', 'wire', 'netns', peer],
    ['-n', host, ...kind, 'addr', 'add', `${target}/${bits}`, 'dev', iif, ...nodad],
    ['-n', peer, ...kind, 'addr', 'add', `${source}/${bits}`, 'dev', 'wire', ...nodad],
    ['-n', host, 'link', 'set', iif, 'up'],
    ['-n', peer, 'link', 'set', 'wire', 'up'],
    ['-n', host, 'link', 'set', 'lo', 'up'],
    ['-n', host, ...kind, 'route', 'add', `${source}/${bits}`, 'dev', iif],
    ['-n', peer, ...kind, 'route', 'add', `${target}/${bits}`, 'dev', 'wire'],
  ]
}

async function run(program: string, args: readonly string[], input = ''): Promise<number> {
  const child = spawn(program, args, {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: ENVIRONMENT,
    timeout: 20_000,
    killSignal: 'SIGKILL',
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  return new Promise((resolve) => {
    child.once('error', () => resolve(127))
    child.once('close', (status) => resolve(status ?? 128))
  })
}
