import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash, randomBytes, randomUUID, sign } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { connect, createServer as createNetServer, type Server as NetServer } from 'node:net'
import { dirname, join } from 'node:path'
import { nftDigest } from '../../../engines/packetspace/canonical-nft.ts'
import { fingerprint } from '../../../engines/sshcert/fingerprint.ts'
import { parsePublicKey } from '../../../engines/sshcert/public-key.ts'
import { layoutOf } from '../../layout.ts'
import { systemClock } from '../../system-clock.ts'
import { ORDERS, publicLine } from '../../testing/keys.ts'
import type { Probe, SentChange } from '../change-order.ts'
import { FIREWALL_SETTINGS } from '../firewall-agent.ts'
import type { FirewallEvent } from '../firewall-event.ts'
import { type FirewallLayout, firewallLayoutOf } from '../firewall-layout.ts'
import type { FirewallReport } from '../firewall-link.ts'

export const nowSeconds = (): number => Math.floor(systemClock.now().getTime() / 1000)

/** Signs as the keeper does. */
export function signed(body: string): string {
  const signature = sign(null, Buffer.from(body), ORDERS).toString('base64')
  return `${body}signature ${fingerprint(parsePublicKey(publicLine(ORDERS)).key)} ${signature}\n`
}

export interface Wished {
  readonly rules: string
  readonly base: string
  readonly id?: string
  readonly number?: number
  readonly host?: string
  readonly confirm?: number
  readonly expires?: number
  readonly probes?: readonly Probe[]
}

export function orderOf(wished: Wished): SentChange {
  const { rules, base, id = randomUUID(), number = nowSeconds(), host = 'gw-1', confirm = 5, probes = [] } = wished
  const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
  const lines = [
    ...['bergfried-firewall-order 1', `number ${number}`, 'bergfried-firewall-change 1', `id ${id}`, 'author anna'],
    ...[`host ${host}`, `base ${base}`, `rules ${digest(rules)}`, `difference ${'c'.repeat(64)}`],
    ...[
      `probes ${probes.length === 0 ? '-' : digest(JSON.stringify(probes.map(({ from, address, port, must }) => ({ from, address, port, must }))))}`,
      'approvals 1',
      `confirm ${confirm}`,
    ],
    ...[`expires ${wished.expires ?? nowSeconds() + 600}`, 'need "Ticket 4711"', ''],
  ]
  return { order: signed(lines.join('\n')), rules, probes }
}

/**
 * A host in a network namespace of its own, with a wire to this one, where a server with the routes for firewalls listens. What it
 * confirms with is reached through the host's rules or not at all.
 */
export class TestNet implements AsyncDisposable {
  readonly name = `bf${randomBytes(4).toString('hex')}`
  readonly root = mkdtempSync('/run/bergfried-firewall-test-')
  readonly paths: FirewallLayout = firewallLayoutOf(this.root, layoutOf(this.root))
  readonly reports: FirewallReport[] = []
  readonly confirms: string[] = []
  /** Whether the server confirms what it is asked. */
  confirming = true
  change: SentChange | null = null
  openings: string | null = null
  openingsNumber = 0
  readonly near: string
  readonly far: string
  /** Processes that go with it. */
  readonly helpers: ChildProcess[] = []
  readonly #forwarders: NetServer[] = []
  agent: ChildProcess | null = null
  said = ''
  readonly #server: Server = createServer((request, response) => void this.#answer(request, response))

  private constructor() {
    const [a = 0, b = 0] = randomBytes(2)
    const net = `198.${18 + (a & 1)}.${b}.${((a >> 1) * 2) & 0xfc}`
    const at = (last: number): string => net.replace(/\d+$/, (n) => String(Number(n) + last))
    this.near = at(1)
    this.far = at(2)
  }

  static async make(): Promise<TestNet> {
    const net = new TestNet()
    const { name, near, far } = net
    run('ip', ['netns', 'add', name])
    run('ip', ['link', 'add', name, 'type', 'veth', 'peer', 'name', 'up0', 'netns', name])
    run('ip', ['addr', 'add', `${near}/30`, 'dev', name])
    run('ip', ['link', 'set', name, 'up'])
    for (const args of [
      ['addr', 'add', `${far}/30`, 'dev', 'up0'],
      ['link', 'set', 'up0', 'up'],
      ['link', 'set', 'lo', 'up'],
    ]) {
      run('ip', ['-n', name, ...args])
    }
    const layout = layoutOf(net.root)
    for (const path of [layout.settings, layout.stateFolder, net.paths.persisted])
      mkdirSync(dirname(path), { recursive: true })
    mkdirSync(layout.stateFolder, { recursive: true })
    writeFileSync(layout.token, 'token-of-this-host\n', { mode: 0o600 })
    writeFileSync(net.paths.settings, FIREWALL_SETTINGS, { mode: 0o644 })
    net.#server.listen(0, near)
    await once(net.#server, 'listening')
    return net
  }

  get url(): string {
    return `http://${this.near}:${this.port}`
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  get events(): readonly FirewallEvent[] {
    return this.reports.flatMap(({ events }) => events)
  }

  /** nft of the host, behind the product's back. */
  nft(...args: readonly string[]): string {
    return run('ip', ['netns', 'exec', this.name, 'nft', ...args])
  }

  load(rules: string): void {
    run('ip', ['netns', 'exec', this.name, 'nft', '-f', '-'], `flush ruleset\n${rules}\n`)
  }

  digest(): string {
    return nftDigest(JSON.parse(this.nft('-j', 'list', 'ruleset')), this.nft('list', 'ruleset'))
  }

  /** A port of this end of the wire that leads to one of loopback. */
  async forward(port: number): Promise<number> {
    const server = createNetServer((near) => {
      const far = connect({ host: '127.0.0.1', port })
      for (const [a, b] of [
        [near, far],
        [far, near],
      ] as const) {
        a.on('error', () => b.destroy())
        a.on('close', () => b.destroy())
        a.pipe(b)
      }
    })
    server.listen(0, this.near)
    await once(server, 'listening')
    this.#forwarders.push(server)
    const address = server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  /** A process inside the host. */
  inside(program: string, args: readonly string[]): ChildProcess {
    return spawn('ip', ['netns', 'exec', this.name, program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  }

  /** @param server - another one than that of the test */
  start(lastStep = '', server = this.url): ChildProcess {
    const child = this.inside(process.execPath, [
      join(import.meta.dirname, 'agent-child.ts'),
      this.root,
      server,
      lastStep,
    ])
    child.stderr?.on('data', (part) => {
      this.said += part
    })
    this.agent = child
    return child
  }

  /** Whether the host answers to a packet of the server's: that nobody listens there is an answer. */
  reachable(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect({ host: this.far, port: 22 })
      const done = (answered: boolean): void => {
        socket.destroy()
        resolve(answered)
      }
      socket.setTimeout(700, () => done(false))
      socket.once('connect', () => done(true))
      socket.once('error', (error: NodeJS.ErrnoException) => done(error.code === 'ECONNREFUSED'))
    })
  }

  async until(what: string, holds: () => boolean | Promise<boolean>, ms = 15_000): Promise<void> {
    for (let waited = 0; waited < ms; waited += 20) {
      if (await holds()) return
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    throw new Error(`never: ${what}\n${this.said}\n${JSON.stringify(this.events)}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.agent?.kill('SIGKILL')
    for (const helper of this.helpers) helper.kill('SIGKILL')
    for (const server of this.#forwarders) server.close()
    if (existsSync(this.paths.watchdog)) {
      const pid = Number(readFileSync(this.paths.watchdog, 'latin1'))
      if (pid > 1 && existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGKILL')
    }
    this.#server.close()
    this.#server.closeAllConnections()
    spawnSync('ip', ['netns', 'del', this.name])
    spawnSync('ip', ['link', 'del', this.name])
    rmSync(this.root, { recursive: true, force: true })
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const body = Buffer.concat(parts).toString('utf8')
    if (request.headers.authorization !== 'Bearer token-of-this-host') return void response.writeHead(401).end()
    if (method === 'POST' && url.endsWith('/firewall/confirm')) {
      this.confirms.push(body)
      return void response.writeHead(this.confirming ? 204 : 409).end()
    }
    if (method === 'POST') {
      this.reports.push(JSON.parse(body) as FirewallReport)
      return void response.writeHead(204).end()
    }
    const number = Number(/\bnumber ([0-9]+)/.exec(this.change?.order ?? '')?.[1] ?? 0)
    const [change, openings] = [Number(/change=([0-9]+)/.exec(url)?.[1]), Number(/openings=([0-9]+)/.exec(url)?.[1])]
    const news = {
      change: number > change ? this.change : null,
      openings: this.openingsNumber > openings ? this.openings : null,
    }
    if (news.change === null && news.openings === null) return void response.writeHead(204).end()
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(news))
  }
}

function run(program: string, args: readonly string[], input?: string): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    ...{ encoding: 'utf8', timeout: 20_000, env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', TZ: 'UTC' } },
    ...(input === undefined ? {} : { input }),
  })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`)
  return stdout
}
