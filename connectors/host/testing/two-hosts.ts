import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'

/** Two network namespaces with a wire between them: a server at .1 and clients at .2 to .9 and at ::2. */
export interface TwoHosts {
  /** Put in front of a command to run it there. */
  readonly server: readonly string[]
  readonly client: readonly string[]
  /** Whether a TCP connection to the server is answered, from this address of the client. */
  reaches(from: string): Promise<boolean>
  stop(): void
}

const PORT = 8080
export const SERVER4 = '10.77.0.1'
export const SERVER6 = 'fd77::1'

export async function twoHosts(): Promise<TwoHosts> {
  const id = randomBytes(3).toString('hex')
  const [a, b] = [`bfs${id}`, `bfc${id}`]
  const ip = (...args: string[]): void => void execFileSync('ip', args, { stdio: 'pipe' })
  ip('netns', 'add', a)
  ip('netns', 'add', b)
  let server: ChildProcess | null = null
  const stop = (): void => {
    server?.kill('SIGKILL')
    for (const name of [a, b]) ip('netns', 'del', name)
  }
  try {
    ip('link', 'add', `v${id}a`, 'netns', a, 'type', 'veth', 'peer', 'name', `v${id}b`, 'netns', b)
    for (const [ns, link, four, six] of [
      [a, `v${id}a`, [`${SERVER4}/24`], [`${SERVER6}/48`]],
      [b, `v${id}b`, [2, 3, 4, 5, 6, 7, 8, 9].map((n) => `10.77.0.${n}/24`), ['fd77::2/48', 'fd77:0:0:5::2/48']],
    ] as const) {
      for (const address of four) ip('-n', ns, 'addr', 'add', address, 'dev', link)
      for (const address of six) ip('-n', ns, '-6', 'addr', 'add', address, 'dev', link, 'nodad')
      ip('-n', ns, 'link', 'set', link, 'up')
      ip('-n', ns, 'link', 'set', 'lo', 'up')
    }
    const inside = (ns: string): readonly string[] => ['ip', 'netns', 'exec', ns]
    const script = `require('node:net').createServer((s) => s.end('hello')).listen(${PORT}, '::', () => process.stdout.write('up'))`
    server = spawn('ip', ['netns', 'exec', a, process.execPath, '-e', script], { stdio: ['ignore', 'pipe', 'ignore'] })
    if (server.stdout !== null) await once(server.stdout, 'data')
    return {
      server: inside(a),
      client: inside(b),
      reaches: (from) => connects(b, from),
      stop,
    }
  } catch (error) {
    stop()
    throw error
  }
}

async function connects(ns: string, from: string): Promise<boolean> {
  const to = from.includes(':') ? SERVER6 : SERVER4
  const script = `const s = require('node:net').connect({ host: '${to}', port: ${PORT}, localAddress: '${from}' });
    s.once('data', () => process.exit(0)); s.once('error', () => process.exit(1)); setTimeout(() => process.exit(1), 3000)`
  const child = spawn('ip', ['netns', 'exec', ns, process.execPath, '-e', script], { stdio: 'ignore' })
  const [status] = (await once(child, 'exit')) as [number | null]
  return status === 0
}
