import { expect, it } from 'vitest'
import { PacketSpace } from './packet-fields.ts'

it('an interface that the space was not made with is refused, not taken for none', () => {
  const space = new PacketSpace('ip4', ['eth0', 'eth*'])
  expect(() => space.onInterfaces('iif', ['eth1'])).toThrow(expect.objectContaining({ code: 'missing' }))
  expect(() => space.onInterfaces('iif', ['wg*'])).toThrow(expect.objectContaining({ code: 'missing' }))
  const both = [space.onInterfaces('iif', ['eth0']), space.onInterfaces('iif', ['eth*'])] as const
  expect(space.bdd.implies(both[0], both[1])).toBe(true)
  expect(both[0]).not.toBe(both[1])
})
