import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { inNetworks, parseNetworks } from './address.ts'
import { fitsPattern, fitsPatternList } from './pattern.ts'
import { thrown } from './testing/certificates.ts'
import { formatTimespec, parseTimespec, resolveTimespec } from './timespec.ts'

describe('networks of source-address', () => {
  it.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['0.0.0.0/0', '203.0.113.5', true],
    ['0.0.0.0/0', '::1', false],
    ['::/0', '::1', true],
    ['::/0', '192.0.2.1', false],
    ['192.0.2.1', '192.0.2.1', true],
    ['192.0.2.1', '::ffff:192.0.2.1', true],
    ['2001:db8::/33', '2001:db8:7fff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['fe80::1,10.1.0.0/16', '10.1.2.3', true],
    ['2001:DB8::192.0.2.33', '2001:db8:0:0:0:0:c000:221', true],
  ])('%s and %s: %s', (list, address, inside) => {
    expect(inNetworks(address, parseNetworks(list))).toBe(inside)
  })

  it.each([
    ...['', ' ', '10.0.0.0/8,', '10.0.0.0/8, 10.0.0.0/8', '10.0.0.1/8', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/08'],
    ...['10.0.0/8', '010.0.0.0/8', '256.0.0.0/8', '::/129', ':::', '1::2::3', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7::8'],
    ...['fe80::1%eth0', '2001:db8::1/32', '!10.0.0.0/8', 'host', '10.0.0.0/8/8', '12345::', '::1.2.3', '1.2.3.4::'],
  ])('%j is refused, as sshd would refuse everybody with it', (list) => {
    expect(thrown(() => parseNetworks(list))).toMatchObject({ code: 'malformed' })
  })

  property.prop([fc.ipV6(), fc.ipV6()])('an IPv6 address is in its own network and in no other', (a, b) => {
    expect(inNetworks(a, parseNetworks(a))).toBe(true)
    expect(inNetworks(b, parseNetworks(a))).toBe(inNetworks(a, parseNetworks(b)))
  })
})

describe('patterns', () => {
  it.each([
    ['anna', 'anna', true],
    ['anna', 'Anna', false],
    ['anna', '*', true],
    ['', '*', true],
    ['', '', true],
    ['anna', '', false],
    ['anna', 'a??a', true],
    ['anna', 'a?a', false],
    ['web.example.com', '*.example.com', true],
    ['example.com', '*.example.com', false],
    ['aXbXc', 'a*b*c', true],
    ['aXbXcd', 'a*b*c', false],
  ])('%j and %j: %s', (text, pattern, fits) => {
    expect(fitsPattern(text, pattern)).toBe(fits)
  })

  it('a list fits by one pattern, and by none that is excepted', () => {
    expect(fitsPatternList('anna', 'berta,an*')).toBe(true)
    expect(fitsPatternList('anna', '*,!anna')).toBe(false)
    expect(fitsPatternList('anna', '!berta')).toBe(false)
    expect(fitsPatternList('anna', '')).toBe(false)
  })

  property.prop([fc.stringMatching(/^[ab]{0,12}$/), fc.stringMatching(/^[ab*?]{0,8}$/)])(
    'mean what the same regular expression means',
    (text, pattern) => {
      const same = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`)
      expect(fitsPattern(text, pattern)).toBe(same.test(text))
    },
  )
})

describe('times', () => {
  it.each([
    ['19700101Z', 0n, 'utc'],
    ['20260101', 1_767_225_600n, 'local'],
    ['202601010001UTC', 1_767_225_660n, 'utc'],
    ['20260101000001z', 1_767_225_601n, 'utc'],
    ['20240229', 1_709_164_800n, 'local'],
  ])('%s', (text, seconds, zone) => {
    expect(parseTimespec(text)).toEqual({ seconds, zone })
  })

  it.each([
    '',
    '2026',
    '20260132',
    '20250229',
    '20261301',
    '2026010124',
    '202601012400',
    '20260101000060',
    '19691231Z',
    '0x5',
    '+1d',
  ])('%j is refused', (text) => {
    expect(thrown(() => parseTimespec(text))).toMatchObject({ code: 'malformed' })
  })

  it('a local time is none until somebody says of which place', () => {
    const time = parseTimespec('20260101')
    expect(thrown(() => resolveTimespec(time, undefined))).toMatchObject({ code: 'unsupported' })
    expect(resolveTimespec(time, (seconds) => seconds - 3600n)).toBe(1_767_222_000n)
  })

  property.prop([fc.bigInt({ min: 0n, max: 4_000_000_000n })])('are read as they were written', (seconds) => {
    expect(parseTimespec(formatTimespec(seconds))).toEqual({ seconds, zone: 'utc' })
  })
})
