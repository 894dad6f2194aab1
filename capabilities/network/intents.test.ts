import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { replayPacket } from '../../connectors/host/replay/replay-packet.ts'
import { dormantTables } from '../../engines/packetspace/canonical-nft.ts'
import { readNftJson } from '../../engines/packetspace/read-nft-json.ts'
import { systemClock } from '../../kernel/clock/clock.ts'
import { type NetworkConfig, networkOf, networkShape } from '../../kernel/config/network-config.ts'
import { comparePairs } from './intents/pairs.ts'
import type { HostRules } from './intents/prove.ts'
import { proveAndReplay } from './start-network.ts'

const owner = { owner: 'security-lead', reason: 'customer data' }
const config = (more: object = {}): NetworkConfig =>
  networkOf(
    networkShape.network.parse({
      segments: {
        'customer-data': { addresses: ['10.1.0.0/24', 'fd01::/64'], hosts: ['db-1'] },
        app: { addresses: ['10.2.0.0/24'] },
        bastion: { addresses: ['10.9.0.7'] },
        internet: { addresses: 'internet' },
      },
      intents: [{ name: 'data', to: 'customer-data', from: ['app'], services: ['tcp/5432'], ...owner, ...more }],
    }),
  )
const GOOD = `table inet filter { chain input { type filter hook input priority 0; policy drop;
  ct state established,related accept; iif lo accept; ip saddr 10.2.0.0/24 tcp dport 5432 accept;}\n}`

describe('an intent, on the rules of a real kernel', () => {
  let ns = ''
  beforeEach(({ skip }) => {
    skip(process.getuid?.() !== 0, 'needs root')
    ns = `bfi${randomBytes(3).toString('hex')}`
    execFileSync('ip', ['netns', 'add', ns])
  })
  afterEach(() => {
    if (ns !== '') execFileSync('ip', ['netns', 'del', ns])
  })
  const nft = (args: readonly string[], input = ''): string =>
    execFileSync('ip', ['netns', 'exec', ns, 'nft', ...args], { input, stdio: ['pipe', 'pipe', 'pipe'] }).toString()
  const rulesOf = async (): Promise<ReadonlyMap<string, HostRules>> =>
    new Map([
      [
        'db-1',
        {
          host: 'db-1',
          ...listed(),
          seenAt: systemClock.now(),
        },
      ],
    ])
  const listed = () => {
    const [json, text] = [JSON.parse(nft(['-j', 'list', 'ruleset'])), nft(['list', 'ruleset'])]
    return { json, text, rules: readNftJson(json, { dormant: dormantTables(text) }) }
  }
  const prove = (network: NetworkConfig) => proveAndReplay({ config: network, rulesOf, replay: replayPacket })

  it('is proved, then broken behind the product’s back: a packet comes through, sent and received in a replay', async () => {
    nft(['-f', '-'], GOOD)
    expect(await prove(config())).toMatchObject([{ verdict: 'proved', replay: 'none', packet: null }])
    nft(['add', 'rule', 'inet', 'filter', 'input', 'ip', 'saddr', '203.0.113.0/24', 'tcp', 'dport', '5432', 'accept'])
    const [proof] = await prove(config())
    expect(proof).toMatchObject({ verdict: 'violated', replay: 'confirmed', host: 'db-1', hook: 'input' })
    expect(proof?.packet).toMatch(/^tcp 203\.0\.113\.\d+:\d+ -> [\d.]+:5432 new syn/)
    expect(proof?.rule).toContain('input')
  })

  it('that names services says nothing of others, and one that covers everything does', async () => {
    nft(['-f', '-'], GOOD)
    nft(['add', 'rule', 'inet', 'filter', 'input', 'tcp', 'dport', '22', 'accept'])
    const management = { name: 'management', from: ['bastion'], services: ['tcp/22'], covers: 'services' }
    expect(await prove(config(management))).toMatchObject([{ verdict: 'violated', replay: 'confirmed' }])
    expect(await prove(config())).toMatchObject([{ verdict: 'violated' }])
    nft(['flush', 'chain', 'inet', 'filter', 'input'])
    nft(['add', 'rule', 'inet', 'filter', 'input', 'ip', 'saddr', '10.9.0.7', 'tcp', 'dport', '22', 'accept'])
    expect(await prove(config(management))).toMatchObject([{ verdict: 'proved' }])
  })

  it('is violated by rules that forget IPv6, and by a host without any rules', async () => {
    nft(['-f', '-'], 'table ip filter { chain input { type filter hook input priority 0; policy drop;}\n}')
    expect(await prove(config())).toMatchObject([
      { verdict: 'violated', replay: 'confirmed', packet: expect.stringContaining('[') },
    ])
    nft(['flush', 'ruleset'])
    expect(await prove(config())).toMatchObject([{ verdict: 'violated' }])
  })

  it('is violated where the table that guards it sleeps', async () => {
    nft(['-f', '-'], GOOD.replace('filter {', 'filter { flags dormant;'))
    expect(await prove(config())).toMatchObject([{ verdict: 'violated', replay: 'confirmed' }])
  })

  it('two firewalls in other words are the same, and one rule more makes them different', async () => {
    nft(['-f', '-'], GOOD)
    const one = { host: 'fw-1', seenAt: systemClock.now(), ...listed() }
    nft(['flush', 'ruleset'])
    nft(['-f', '-'], GOOD.replace('10.2.0.0/24 tcp', '10.2.0.0/25 tcp dport 5432 accept; ip saddr 10.2.0.128/25 tcp'))
    const other = { host: 'fw-2', seenAt: systemClock.now(), ...listed() }
    nft(['add', 'rule', 'inet', 'filter', 'input', 'tcp', 'dport', '23', 'accept'])
    const third = { host: 'fw-3', seenAt: systemClock.now(), ...listed() }
    const known = new Map([one, other, third].map((rules) => [rules.host, rules] as const))
    const pairs = [['fw-1', 'fw-2'] as const, ['fw-1', 'fw-3'] as const, ['fw-1', 'fw-4'] as const]
    const compared = comparePairs(pairs, known)
    expect(compared.map(({ verdict }) => verdict)).toEqual(['equal', 'different', 'undecided'])
    expect(compared[1]?.because).toMatch(/fw-3 alone, ip4 input: .*tcp dport 23/)
  })

  it('is undecided where it hangs on what cannot be evaluated, never proved', async () => {
    nft(['-f', '-'], GOOD)
    nft(['add', 'rule', 'inet', 'filter', 'input', 'meta', 'skuid', '0', 'tcp', 'dport', '5432', 'accept'])
    expect(await prove(config())).toMatchObject([{ verdict: 'undecided', because: expect.stringContaining('skuid') }])
  })

  it('is proved of a host that forwards, for addresses of the segment alone', async () => {
    const through = { through: ['db-1'] }
    const forward =
      'table inet f { chain forward { type filter hook forward priority 0; policy drop; ip daddr 10.8.0.0/16 accept;}\n}'
    nft(['-f', '-'], `${GOOD}\n${forward}`)
    expect((await prove(config(through))).map(({ hook, verdict }) => [hook, verdict])).toEqual([
      ['input', 'proved'],
      ['forward', 'proved'],
    ])
    nft(['add', 'rule', 'inet', 'f', 'forward', 'ip', 'daddr', '10.1.0.5', 'accept'])
    expect((await prove(config(through))).map(({ hook, verdict, replay }) => [hook, verdict, replay])).toEqual([
      ['input', 'proved', 'none'],
      ['forward', 'violated', 'cannot'],
    ])
  })
})

describe('a replay', () => {
  beforeEach(({ skip }) => skip(process.getuid?.() !== 0, 'needs root'))
  const packet = {
    family: 4,
    source: '203.0.113.5',
    sourcePort: 40_000,
    target: '10.1.0.5',
    targetPort: 5432,
    iif: 'eth7',
  } as const

  it('does not confirm what the rules refuse, and cannot where they cannot be loaded', async () => {
    expect(await replayPacket(GOOD, packet)).toBe('not_confirmed')
    expect(await replayPacket('table inet x { no rules }', packet)).toBe('cannot')
  })

  it('takes the interface that the packet names', async () => {
    const rules = `table inet f { chain i { type filter hook input priority 0; policy drop; iifname "eth7" tcp dport 5432 accept;}\n}`
    expect(await replayPacket(rules, packet)).toBe('confirmed')
    expect(await replayPacket(rules, { ...packet, iif: 'eth8' })).toBe('not_confirmed')
  })
})

it('of a segment without hosts, or with one whose rules nobody knows, is undecided', async () => {
  const known = async () => new Map<string, HostRules>()
  const replay = async () => 'cannot' as const
  expect(await proveAndReplay({ config: config(), rulesOf: known, replay })).toMatchObject([
    { verdict: 'undecided', because: 'the rules of this host are not known' },
  ])
  expect(await proveAndReplay({ config: config({ to: 'app', from: [] }), rulesOf: known, replay })).toMatchObject([
    { verdict: 'undecided', because: 'no host is named in the segment' },
  ])
})
