import { execFileSync } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../kernel/clock/clock.ts'
import { type TwoHosts, twoHosts } from '../testing/two-hosts.ts'
import { kernelBlocks } from './kernel-blocks.ts'
import { gateways4, gateways6, hostsOf, nameServers, ownNetworks } from './own-networks.ts'

const later = (seconds: number): Date => new Date(systemClock.now().getTime() + seconds * 1000)
const ban = (network: string, seconds = 600) => ({ network, until: later(seconds) })

describe('the kernel', () => {
  let hosts: TwoHosts
  beforeEach(async ({ skip }) => {
    skip(process.getuid?.() !== 0, 'needs root')
    hosts = await twoHosts()
  })
  afterEach(() => hosts?.stop())
  const blocks = () => kernelBlocks({ within: hosts.server })
  const nft = (...args: string[]): string => {
    const [program = '', ...rest] = hosts.server
    return execFileSync(program, [...rest, 'nft', ...args]).toString()
  }

  it('refuses who is banned, IPv4 and IPv6, address and network, and nobody else', async () => {
    const kernel = blocks()
    for (const from of ['10.77.0.2', 'fd77:0:0:5::2']) expect(await hosts.reaches(from)).toBe(true)
    await kernel.put([], [ban('10.77.0.2/32'), ban('fd77:0:0:5::/64')], [], systemClock.now())
    expect(await hosts.reaches('10.77.0.2')).toBe(false)
    expect(await hosts.reaches('10.77.0.3')).toBe(true)
    expect(await hosts.reaches('fd77::2')).toBe(true)
    expect(await hosts.reaches('fd77:0:0:5::2')).toBe(false)
    await kernel.put([], [ban('10.77.0.0/24')], [], systemClock.now())
    expect(await hosts.reaches('10.77.0.3')).toBe(false)
    expect(await kernel.refused()).toBeGreaterThan(0)
    expect([...((await kernel.list()) ?? new Map()).keys()].sort()).toEqual([
      '10.77.0.0/24',
      '10.77.0.2/32',
      'fd77:0:0:5::/64',
    ])
  })

  it('lets those through who are never kept out, though a ban covers them', async () => {
    await blocks().put(['10.77.0.3/32'], [ban('10.77.0.0/24')], [], systemClock.now())
    expect(await hosts.reaches('10.77.0.3')).toBe(true)
    expect(await hosts.reaches('10.77.0.4')).toBe(false)
  })

  it('lets a ban end by itself, and at once where it is lifted', async () => {
    const kernel = blocks()
    await kernel.put([], [ban('10.77.0.2/32', 1), ban('10.77.0.3/32')], [], systemClock.now())
    await kernel.put([], [], ['10.77.0.3/32'], systemClock.now())
    expect(await hosts.reaches('10.77.0.3')).toBe(true)
    await expect.poll(() => hosts.reaches('10.77.0.2'), { timeout: 10_000 }).toBe(true)
  })

  it('does not fail where a ban that is to be lifted has just ended', async () => {
    const kernel = blocks()
    await kernel.put([], [], ['10.77.0.9/32', '10.77.0.0/24', 'fd77:0:0:5::/64'], systemClock.now())
    expect(await kernel.list()).toEqual(new Map())
  })

  it('leaves the tables of others as they are, and says when its own is gone', async () => {
    nft('add', 'table', 'inet', 'mine')
    const before = nft('list', 'table', 'inet', 'mine')
    const kernel = blocks()
    expect(await kernel.list()).toBeNull()
    await kernel.put([], [ban('10.77.0.2/32')], [], systemClock.now())
    await kernel.clear()
    expect(await kernel.list()).toBeNull()
    expect(await kernel.refused()).toBeNull()
    expect(nft('list', 'table', 'inet', 'mine')).toBe(before)
  })

  it('takes many thousands in one batch', async () => {
    const kernel = blocks()
    const many = Array.from({ length: 20_000 }, (_, i) => ban(`198.${18 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}/32`))
    await kernel.put([], many, [], systemClock.now())
    expect((await kernel.list())?.size).toBe(20_000)
  })

  it.each(['1.2.3.4', '1.2.3.4/32; flush ruleset', '::1} }', ''])('is never told %j', async (network) => {
    await expect(blocks().put([], [ban(network)], [], systemClock.now())).rejects.toThrow('blocking.network')
  })
})

describe('whom this machine never keeps out', () => {
  it('are itself, its gateways, its name servers and who is signed in', async () => {
    const { addresses } = await ownNetworks()
    expect(addresses).toEqual(expect.arrayContaining(['127.0.0.1', '127.0.0.0/8', 'fe80::/10']))
  })

  it('is read as the kernel and the files write it', () => {
    expect(
      gateways4('Iface\tDestination\tGateway\neth0\t00000000\t0101A8C0\t0003\neth0\t0001A8C0\t00000000\t1'),
    ).toEqual(['192.168.1.1'])
    const zeros = '0'.repeat(32)
    expect(gateways6(`${zeros} 00 ${zeros} 00 fe800000000000000000000000000001 00000400 1 0 3 eth0`)).toEqual([
      'fe80:0000:0000:0000:0000:0000:0000:0001',
    ])
    expect(nameServers('# nameserver 9.9.9.9\nnameserver 10.0.0.53\n nameserver fe80::1%eth0\nnameserver x\n')).toEqual(
      ['10.0.0.53', 'fe80::1%eth0'],
    )
    expect(hostsOf('anna  pts/0  2026-11-23 10:00 203.0.113.7\nbert  tty1  2026-11-23 10:00\n')).toEqual([
      '203.0.113.7',
    ])
  })
})
