import { expect, it } from 'vitest'
import { inNetwork, readAddress, readNetwork } from './cidr.ts'

it.each([
  ['10.0.0.0/8', '10.255.0.1', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['0.0.0.0/0', '255.255.255.255', true],
  ['192.0.2.7', '192.0.2.7', true],
  ['192.0.2.7/32', '192.0.2.8', false],
  ['192.0.2.77/24', '192.0.2.1', true],
  ['2001:db8::/32', '2001:0DB8:ffff::1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['fe80::/10', 'fe80::1%eth0', true],
  ['::1/128', '::1', true],
  ['::/0', '10.0.0.1', false],
  ['10.0.0.0/8', '::ffff:10.1.2.3', true],
  ['::ffff:10.0.0.0/104', '10.1.2.3', true],
  ['::ffff:0:0/96', '10.1.2.3', true],
  ['64:ff9b::192.0.2.0/120', '64:ff9b::c000:2ff', true],
])('%s and %s: %s', (net, address, inside) => {
  expect(inNetwork(address, readNetwork(net))).toBe(inside)
})

it.each([
  '',
  '10.0.0',
  '10.0.0.256',
  '010.0.0.1',
  '1.2.3.4.5',
  '::1::',
  ':::',
  '12345::',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  'x',
])('%j is no address', (text) => {
  expect(readAddress(text)).toBe(null)
})

it.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', '2001:db8::/129', '::ffff:10.0.0.0/90', 'net/8'])(
  '%j is no network',
  (text) => {
    expect(() => readNetwork(text)).toThrow(/network|prefix/)
  },
)
