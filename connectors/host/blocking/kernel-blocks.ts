import { spawn } from 'node:child_process'
import type { Block, KernelBlocks } from '../../../kernel/act/blocks.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { elementLines, readCounter, readElements, type SetName, setOf, TABLE, tableText } from './nft-table.ts'

export interface KernelBlocksOptions {
  /** Programs run in front of nft, such as `nsenter`; for tests in a namespace. */
  readonly within?: readonly string[]
}

const NFT = '/usr/sbin/nft'
const LONGEST_MS = 30_000
const MOST_OUTPUT = 256 << 20
const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }

/** What this machine's kernel keeps out, by nft. Needs root or CAP_NET_ADMIN. */
export function kernelBlocks({ within = [] }: KernelBlocksOptions = {}): KernelBlocks {
  const nft = (args: readonly string[], input?: string) => run([...within, NFT, ...args], input)
  const there = async (): Promise<boolean> => (await nft(['list', 'tables'])).stdout.includes(`inet ${TABLE}\n`)
  return {
    put: async (never, add, remove, now) => {
      const text = batch(never, add, remove, now)
      const { status, stderr } = await nft(['-f', '-'], text)
      if (status !== 0) throw refused(stderr)
    },
    list: async () => {
      const { status, stdout, stderr } = await nft(['-j', 'list', 'table', 'inet', TABLE])
      if (status === 0) return readElements(JSON.parse(stdout))
      if (await there()) throw refused(stderr)
      return null
    },
    refused: async () => {
      const { status, stdout } = await nft(['-j', 'list', 'counter', 'inet', TABLE, 'refused'])
      return status === 0 ? readCounter(JSON.parse(stdout)) : null
    },
    clear: async () => {
      const { status, stderr } = await nft(['-f', '-'], `add table inet ${TABLE}\ndelete table inet ${TABLE}\n`)
      if (status !== 0) throw refused(stderr)
    },
  }
}

/** One transaction: all of it or nothing. What is removed was listed a moment ago, so it is added first: deleting what has just expired would fail it all. */
function batch(never: readonly string[], add: readonly Block[], remove: readonly string[], now: Date): string {
  const spared = new Map<SetName, string[]>()
  for (const network of never) {
    const { element } = setOf(network)
    const set = element.includes(':') ? 'never6' : 'never4'
    spared.set(set, [...(spared.get(set) ?? []), element])
  }
  const gone = new Map<SetName, string[]>()
  for (const network of remove) {
    const { set, element } = setOf(network)
    gone.set(set, [...(gone.get(set) ?? []), element])
  }
  const fresh = new Map<SetName, string[]>()
  for (const { network, until } of add) {
    const { set, element } = setOf(network)
    const seconds = Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000))
    const list = fresh.get(set) ?? []
    list.push(`${element} timeout ${seconds}s`)
    fresh.set(set, list)
  }
  const again = new Map([...gone].map(([set, list]) => [set, list.map((element) => `${element} timeout 60s`)] as const))
  return [
    tableText(),
    `flush set inet ${TABLE} never4`,
    `flush set inet ${TABLE} never6`,
    ...elementLines('add', spared),
    ...elementLines('add', again),
    ...elementLines('delete', gone),
    ...elementLines('add', fresh),
    '',
  ].join('\n')
}

function run(command: readonly string[], input = ''): Promise<{ status: number; stdout: string; stderr: string }> {
  const [program = NFT, ...args] = command
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: ENVIRONMENT, cwd: '/', timeout: LONGEST_MS, killSignal: 'SIGKILL' })
    const parts = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
    let length = 0
    for (const name of ['stdout', 'stderr'] as const)
      child[name].on('data', (part: Buffer) => {
        length += part.length
        if (length > MOST_OUTPUT) child.kill('SIGKILL')
        else parts[name].push(part)
      })
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
    child.once('error', (error) => reject(refused(error.message)))
    child.once('close', (status, signal) => {
      if (status === null) reject(refused(`ended by ${signal}`))
      else
        resolve({
          status,
          stdout: Buffer.concat(parts.stdout).toString(),
          stderr: Buffer.concat(parts.stderr).toString(),
        })
    })
  })
}

const refused = (said: string): BergfriedError =>
  new BergfriedError('blocking.kernel', {
    reason: said
      .replaceAll(/[^ -~]+/g, ' ')
      .trim()
      .slice(0, 200),
  })
