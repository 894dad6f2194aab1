import { connect, createServer, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { ConnectionLimit, networkOf, RateLimit } from './limits.ts'

describe('an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '::ffff:192.0.2.7'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::', '2001:db8:1:2'],
    ['2001:db8:1::5:6:7:8', '2001:db8:1:0'],
    ['::1', '0:0:0:0'],
  ])('%s counts as %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})

describe('a rate', () => {
  it('is of each address, with a few seconds in advance, and outlives a clock that is set back', () => {
    const time = { ms: 1_000_000 }
    const limit = new RateLimit(2, { now: () => new Date(time.ms) })
    const allowed = (address: string, n: number) =>
      Array.from({ length: n }, () => limit.allows(address)).filter(Boolean).length
    expect([allowed('a', 20), allowed('b', 20)]).toEqual([10, 10])
    time.ms -= 60_000
    expect(allowed('a', 20)).toBe(0)
    time.ms += 1_500
    expect(allowed('a', 20)).toBe(3)
  })
})

describe('connections', () => {
  it('of one address are bounded, and counted no longer when they close', async () => {
    const limit = new ConnectionLimit(2)
    const admitted: Socket[] = []
    const server = createServer((socket) => (limit.admits(socket) ? admitted.push(socket) : socket.destroy()))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const open = () => connect(port, '127.0.0.1')
    const closed = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve).resume())
    const [first, second] = [open(), open()]
    await expect.poll(() => admitted.length).toBe(2)
    await closed(open())
    expect(admitted).toHaveLength(2)
    first.destroy()
    await expect.poll(() => admitted[0]?.destroyed).toBe(true)
    const third = open()
    await expect.poll(() => admitted.length).toBe(3)
    for (const socket of [second, third, ...admitted]) socket.destroy()
    server.close()
  })
})
