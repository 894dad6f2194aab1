import { isIP } from 'node:net'
import { fc, it } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { type Attacker, decide, type Limits, type Standing } from './decide.ts'
import { contains, networkOf, overlap } from './network.ts'

const NOW = new Date('2026-11-23T12:00:00Z')
const LIMITS: Limits = {
  seconds: [600, 3600, 86_400],
  perMinute: 20,
  most: 50,
  shareOfClients: 0.1,
  addressesPerNetwork: 5,
}
const STANDING: Standing = { now: NOW, live: [], lastMinute: 0, before: new Map(), never: [], clients: null }
const by = (address: string): Attacker => ({ address, rule: 'sshd', level: 'high', at: NOW, alert: null })
const net = (text: string) => {
  const found = networkOf(text)
  if (found === null) throw new Error(text)
  return found
}
const four = fc.ipV4()
const six = fc.ipV6()
const any = fc.oneof(four, six)

describe('a network', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1/32'],
    ['192.0.2.77/24', '192.0.2.0/24'],
    ['::ffff:192.0.2.1', '192.0.2.1/32'],
    ['2001:DB8::1/64', '2001:db8::/64'],
    ['::', '::/128'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3/128'],
    ['0.0.0.0/0', '0.0.0.0/0'],
  ])('%s is %s', (text, canonical) => expect(networkOf(text)?.text).toBe(canonical))

  it.each(['', 'x', '1.2.3', '1.2.3.4/33', '::/129', 'fe80::1%eth0', '1.2.3.4/24/1', '1.2.3.4/-1', '1.2.3.4/ 8'])(
    '%j is none',
    (text) => expect(networkOf(text)).toBeNull(),
  )

  it.prop([any])('comes back from its own text, and that is an address to others, too', (text) => {
    const found = net(text)
    expect(net(found.text)).toEqual(found)
    expect(isIP(found.text.split('/')[0] ?? '')).toBe(found.family)
  })

  it.prop([four, fc.integer({ min: 0, max: 32 })])('contains what it was made around', (text, length) => {
    expect(contains(net(`${text}/${length}`), net(text))).toBe(true)
  })
})

describe('deciding', () => {
  it.prop([fc.array(any, { maxLength: 200 }), fc.array(any, { maxLength: 10 }), fc.integer({ min: 0, max: 64 })])(
    'never touches anybody on the list of those who are never kept out',
    (addresses, spared, length) => {
      const never = [...spared, ...addresses.slice(0, 3)].map((text) =>
        net(isIP(text) === 4 ? `${text}/${length % 33}` : `${text}/${length}`),
      )
      const { bans } = decide(addresses.map(by), { ...LIMITS, perMinute: 1e6, most: 1e6 }, { ...STANDING, never })
      for (const { network } of bans) for (const one of never) expect(overlap(one, net(network))).toBe(false)
    },
  )

  it.prop([
    fc.array(any, { maxLength: 300 }),
    fc.integer({ min: 0, max: 30 }),
    fc.integer({ min: 0, max: 60 }),
    fc.integer({ min: 0, max: 25 }),
  ])('keeps to every limit, whatever is asked', (addresses, perMinute, most, lastMinute) => {
    const limits = { ...LIMITS, perMinute, most }
    const { bans, held } = decide(addresses.map(by), limits, { ...STANDING, lastMinute })
    expect(bans.length).toBeLessThanOrEqual(Math.max(0, Math.min(perMinute - lastMinute, most)))
    expect(new Set(bans.map(({ network }) => network)).size).toBe(bans.length)
    expect(bans.length + held.length).toBeLessThanOrEqual(addresses.length)
  })

  it.prop([fc.array(four, { minLength: 1, maxLength: 100 }), fc.array(four, { minLength: 20, maxLength: 200 })])(
    'never keeps out more than its share of those who were here in the last hour',
    (addresses, others) => {
      const clients = [...new Set([...addresses, ...others])]
      const { bans } = decide(addresses.map(by), { ...LIMITS, perMinute: 1e6, most: 1e6 }, { ...STANDING, clients })
      const shut = clients.filter((client) => bans.some(({ network }) => contains(net(network), net(client))))
      expect(shut.length).toBeLessThanOrEqual(clients.length * LIMITS.shareOfClients)
    },
  )

  it('takes longer each time, and stays at the longest', () => {
    const seconds = [0, 1, 2, 9].map((n) => {
      const before = new Map([['192.0.2.1/32', n]])
      const [ban] = decide([by('192.0.2.1')], LIMITS, { ...STANDING, before }).bans
      return ((ban?.until.getTime() ?? 0) - NOW.getTime()) / 1000
    })
    expect(seconds).toEqual([600, 3600, 86_400, 86_400])
  })

  it('takes the whole /24 where many of it attack, and of IPv6 always the /64', () => {
    const many = Array.from({ length: 6 }, (_, i) => by(`198.51.100.${i + 1}`))
    expect(decide([...many, by('203.0.113.9')], LIMITS, STANDING).bans.map(({ network }) => network)).toEqual([
      '198.51.100.0/24',
      '203.0.113.9/32',
    ])
    const rotating = Array.from({ length: 6 }, (_, i) => by(`2001:db8:1:2::${i + 1}`))
    expect(decide(rotating, LIMITS, STANDING).bans.map(({ network }) => network)).toEqual(['2001:db8:1:2::/64'])
  })

  it('takes attackers one by one where somebody of the list is in their /24', () => {
    const many = Array.from({ length: 6 }, (_, i) => by(`198.51.100.${i + 1}`))
    const { bans, held } = decide(many, LIMITS, { ...STANDING, never: [net('198.51.100.3')] })
    expect(bans.map(({ network }) => network)).toEqual([1, 2, 4, 5, 6].map((n) => `198.51.100.${n}/32`))
    expect(held).toEqual([{ address: '198.51.100.3', why: 'never' }])
  })

  it('says who was spared and why', () => {
    const standing = { ...STANDING, live: [{ network: '192.0.2.0/24' }], lastMinute: 20 }
    expect(decide([by('192.0.2.5'), by('203.0.113.1'), by('nobody')], LIMITS, standing).held).toEqual([
      { address: 'nobody', why: 'no_address' },
      { address: '192.0.2.5', why: 'known' },
      { address: '203.0.113.1', why: 'per_minute' },
    ])
  })
})
