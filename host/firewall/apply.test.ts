import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { beforeEach, describe, expect, it } from 'vitest'
import { orderOf, TestNet, type Wished } from './testing/test-net.ts'

beforeEach(({ skip }) => skip(process.getuid?.() !== 0, 'needs root'))

const OLD = `table inet fw {
  chain in {
    type filter hook input priority 0; policy drop;
    ct state established,related accept
    iifname "lo" accept
    icmp type echo-request counter accept
    tcp dport { 22, 8080 } accept
  }
  chain out { type filter hook output priority 0; policy accept; }
}`
const NEW = OLD.replace('{ 22, 8080 }', '22')
/** Cuts the host off from everything, its server too. */
const LOCK_OUT = `table inet fw {
  chain in { type filter hook input priority 0; policy drop; }
  chain out { type filter hook output priority 0; policy drop; }
}`

async function ordered(net: TestNet, wished: Partial<Wished>, lastStep = ''): Promise<string> {
  net.load(OLD)
  const base = net.digest()
  net.change = orderOf({ base, rules: NEW, ...wished })
  net.start(lastStep)
  return base
}

const states = (net: TestNet): readonly string[] => net.events.map(({ state }) => state)

describe('an approved change', () => {
  it('is loaded, confirmed over a new connection, kept for the next start, and read back as approved', async () => {
    await using net = await TestNet.make()
    writeFileSync(net.paths.persisted, 'include "/etc/nftables.d/*.nft"\n')
    await ordered(net, {})
    await net.until('confirmed', () => states(net).includes('confirmed'))
    expect(states(net)).toEqual(['applied', 'confirmed'])
    expect(readFileSync(`${net.paths.persisted}.before-bergfried`, 'utf8')).toContain('nftables.d')
    expect(net.events.at(-1)).toMatchObject({ asApproved: 'equal', digest: net.digest() })
    expect(net.confirms).toHaveLength(1)
    expect(net.nft('list', 'ruleset')).not.toContain('8080')
    expect(readFileSync(net.paths.persisted, 'utf8')).toContain(`flush ruleset\n${NEW}`)
    for (const path of [net.paths.pending, net.paths.confirmed]) expect(existsSync(path)).toBe(false)
    await net.until('the server knows the new rules', () =>
      net.reports.some(({ live }) => live?.digest === net.digest()),
    )
  })

  it('ends connections that it denies, and no others', async () => {
    await using net = await TestNet.make()
    const ports = ['8080', '22']
    const script = `for (const p of [${ports}]) require('net').createServer((s) => { s.on('error', () => {}); s.on('data', (d) => s.write(d)) }).listen(p, '0.0.0.0')`
    const inside = net.inside(process.execPath, ['-e', script])
    try {
      net.load(OLD)
      const sockets = await Promise.all(ports.map((port) => connected(net, Number(port))))
      await ordered(net, {})
      await net.until('confirmed', () => states(net).includes('confirmed'))
      expect(net.events.at(-1)?.purged).toBe(1)
      const [denied, kept] = sockets
      expect(await echoes(kept)).toBe(true)
      expect(await echoes(denied)).toBe(false)
      for (const socket of sockets) socket.destroy()
    } finally {
      inside.kill('SIGKILL')
    }
  })

  it('comes back by itself where nobody confirms it', async () => {
    await using net = await TestNet.make()
    net.confirming = false
    const base = await ordered(net, { confirm: 2 })
    await net.until('rolled back', () => states(net).includes('rolled_back'))
    expect(states(net)).toEqual(['applied', 'rolled_back'])
    expect(net.digest()).toBe(base)
    expect(existsSync(net.paths.persisted)).toBe(false)
  })

  it('that cuts the host off comes back by itself, and the host is reachable again', async () => {
    await using net = await TestNet.make()
    const base = await ordered(net, { rules: LOCK_OUT, confirm: 3 })
    await net.until(
      'cut off',
      () => net.nft('list', 'ruleset').includes('policy drop') && !net.nft('list', 'ruleset').includes('8080'),
    )
    expect(await net.reachable()).toBe(false)
    await net.until('back', () => net.digest() === base, 7000)
    expect(await net.reachable()).toBe(true)
    await net.until('told', () => states(net).includes('rolled_back'))
    expect(net.confirms).toHaveLength(0)
  })

  it('comes back where a connection that must work does not, or one that must not does', async () => {
    await using net = await TestNet.make()
    const open = createServer().listen(0, net.near)
    await once(open, 'listening')
    const { port } = open.address() as { port: number }
    const probe = { from: 'host', address: net.near, port } as const
    const base = await ordered(net, { confirm: 2, probes: [{ ...probe, must: 'fail' }] })
    await net.until('rolled back', () => states(net).includes('rolled_back'))
    expect(net.digest()).toBe(base)
    expect(net.confirms).toHaveLength(0)
    net.change = orderOf({ base, rules: NEW, probes: [{ ...probe, must: 'connect' }] })
    await net.until('confirmed', () => states(net).includes('confirmed'))
    expect(net.events.at(-1)?.probes).toMatchObject([{ port, held: true }])
    open.close()
  })
})

describe('an order', () => {
  it.each([
    ['for another host', { host: 'gw-2' }],
    ['made for other rules than those in force', { base: 'd'.repeat(64) }],
    ['that is too old', { expires: 1_700_000_000 }],
    ['with rules that nft cannot read', { rules: 'table inet fw {' }],
    [
      'with rules that only the kernel refuses',
      { rules: 'table ip n { chain f { type filter hook forward priority 0; masquerade; } }' },
    ],
    ['that includes other files', { rules: 'include "/etc/hostname"' }],
  ])('%s changes nothing, and is refused with a reason', async (_what, wished) => {
    await using net = await TestNet.make()
    net.load(OLD)
    const before = net.digest()
    await ordered(net, wished)
    await net.until('refused', () => states(net).includes('refused'))
    expect(net.digest()).toBe(before)
    expect(states(net)).toEqual(['refused'])
    expect(net.events[0]?.why?.de).not.toBe('')
  })

  it('signed by nobody known, or with other rules than were approved, changes nothing', async () => {
    await using net = await TestNet.make()
    net.load(OLD)
    const base = net.digest()
    const sent = orderOf({ base, rules: NEW })
    net.change = { ...sent, rules: LOCK_OUT }
    net.start()
    await net.until('told', () => net.reports.some(({ problems }) => problems.length > 0))
    net.change = { ...sent, order: sent.order.replace('confirm 5', 'confirm 6') }
    await net.until('told again', () =>
      net.reports.flatMap(({ problems }) => problems).some(({ en }) => /signature|verif/i.test(en)),
    )
    expect(net.digest()).toBe(base)
    expect(states(net)).toEqual([])
  })
})

async function connected(net: TestNet, port: number): Promise<Socket> {
  for (let tries = 0; tries < 100; tries++) {
    const socket = connect({ host: net.far, port })
    const made = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(
        () => false,
        () => false,
      ),
    ]).catch(() => false)
    if (made) {
      socket.on('error', () => undefined)
      return socket
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`no connection to ${port}`)
}

function echoes(socket: Socket | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), 1500)
    socket?.once('data', () => resolve(true))
    socket?.write('x')
  })
}
