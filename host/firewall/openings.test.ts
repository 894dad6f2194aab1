import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { beforeEach, describe, expect, it } from 'vitest'
import { nowSeconds, signed, TestNet } from './testing/test-net.ts'

beforeEach(({ skip }) => skip(process.getuid?.() !== 0, 'needs root'))

const RULES = `table inet fw {
	set bf_db_admin { type ipv4_addr; flags timeout; }
	chain in {
		type filter hook input priority 0; policy drop;
		ct state established,related accept
		iifname "lo" accept
		ip saddr @bf_db_admin tcp dport 5432 accept
	}
}`

function list(
  number: number,
  open: readonly (readonly [grant: string, address: string, until: number])[],
  more: { host?: string; age?: number; issued?: number } = {},
): string {
  const { host = 'gw-1', age = 300, issued = nowSeconds() } = more
  const lines = open.map(([grant, address, until]) => `open ${grant} db-admin ${address} ${until}`)
  return signed(
    [
      `bergfried-firewall-openings 1`,
      `host ${host}`,
      `number ${number}`,
      `issued ${issued}`,
      `max-age ${age}`,
      ...lines,
      '',
    ].join('\n'),
  )
}

const give = (net: TestNet, number: number, text: string): void => {
  net.openings = text
  net.openingsNumber = number
}
const elements = (net: TestNet): string =>
  /elements = \{([^}]*)\}/.exec(net.nft('list', 'set', 'inet', 'fw', 'bf_db_admin'))?.[1] ?? ''
const answers = (net: TestNet): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: net.far, port: 5432 })
    const end = (made: boolean) => {
      socket.destroy()
      resolve(made)
    }
    socket.setTimeout(500, () => end(false))
    socket.once('connect', () => end(true))
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code === 'ECONNREFUSED'))
  })

describe('an opening', () => {
  it('lets an address in for its time, as the kernel keeps it, and what came in goes when it is closed', async () => {
    await using net = await TestNet.make()
    net.load(RULES)
    const inside = net.inside(process.execPath, [
      '-e',
      `require('net').createServer((s) => { s.on('error', () => {}); s.on('data', (d) => s.write(d)) }).listen(5432, '0.0.0.0')`,
    ])
    net.helpers.push(inside)
    net.start()
    expect(await answers(net)).toBe(false)
    const grant = randomUUID()
    give(net, 1, list(1, [[grant, net.near, nowSeconds() + 100]]))
    await net.until('told', () => net.reports.at(-1)?.open.some((one) => one.grant === grant) === true)
    expect(elements(net)).toMatch(new RegExp(`${net.near.replaceAll('.', '\\.')} timeout (1m[0-9]+s|9[0-9]s|100s)`))
    await net.until('let in', () => answers(net))
    const socket = connect({ host: net.far, port: 5432 })
    await once(socket, 'connect')
    socket.on('error', () => undefined)
    give(net, 2, list(2, []))
    await net.until('told that it is closed', () => net.reports.at(-1)?.open.length === 0)
    expect(elements(net)).toBe('')
    expect(await answers(net)).toBe(false)
    socket.write('x')
    const echoed = await Promise.race([
      once(socket, 'data').then(() => true),
      new Promise((resolve) => setTimeout(() => resolve(false), 1500)),
    ])
    expect(echoed).toBe(false)
    socket.destroy()
  })

  it('is there again where somebody loads the rules anew, which empties the set', async () => {
    await using net = await TestNet.make()
    net.load(RULES)
    net.start()
    give(net, 1, list(1, [[randomUUID(), '192.0.2.1', nowSeconds() + 100]]))
    await net.until('open', () => elements(net).includes('192.0.2.1'))
    net.load(RULES.replace('5432', '5433'))
    await net.until('open again', () => elements(net).includes('192.0.2.1'))
    expect(net.nft('list', 'ruleset')).toContain('5433')
  })

  it('ends by itself, with the grant or with the list, while nobody answers any more', async () => {
    await using net = await TestNet.make()
    net.load(RULES)
    net.start()
    give(
      net,
      1,
      list(
        1,
        [
          [randomUUID(), '192.0.2.1', nowSeconds() + 3],
          [randomUUID(), '192.0.2.2', nowSeconds() + 1000],
        ],
        { age: 4 },
      ),
    )
    await net.until('open', () => elements(net).includes('192.0.2.2'))
    net.agent?.kill('SIGKILL')
    await net.until('over', () => elements(net) === '', 8000)
  })

  it('comes of no list for another host, of none that is altered, and of no older one', async () => {
    await using net = await TestNet.make()
    net.load(RULES)
    net.start()
    const open = [[randomUUID(), '192.0.2.1', nowSeconds() + 100]] as const
    give(net, 3, list(3, open, { host: 'gw-2' }))
    await net.until('refused', () =>
      net.reports.some(({ problems }) => problems.some(({ en }) => en.includes('another host'))),
    )
    give(net, 4, list(4, open).replace('192.0.2.1', '192.0.2.9'))
    await net.until('refused too', () =>
      net.reports.some(({ problems }) => problems.some(({ en }) => /signature/.test(en))),
    )
    expect(elements(net)).toBe('')
    give(net, 5, list(5, open))
    await net.until('open', () => elements(net) !== '')
    net.openings = list(2, [])
    net.openingsNumber = 6
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect(elements(net)).toContain('192.0.2.1')
  })
})
