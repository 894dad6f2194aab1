import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { thrown } from './testing/certificates.ts'
import { WireReader } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const readerOf = (text: string): WireReader => new WireReader(Buffer.from(text, 'hex'), 'test')

describe('the examples of RFC 4251 section 5', () => {
  it('are written: uint32, string, mpint', () => {
    expect(hex(new WireWriter().uint32(699_921_578).bytes())).toBe('29b7f4aa')
    expect(hex(new WireWriter().string('testing').bytes())).toBe('0000000774657374696e67')
    const mpint = (number: string): string => hex(new WireWriter().mpint(Buffer.from(number, 'hex')).bytes())
    expect(mpint('00')).toBe('00000000')
    expect(mpint('09a378f9b2e332a7')).toBe('0000000809a378f9b2e332a7')
    expect(mpint('80')).toBe('000000020080')
    expect(mpint('000080')).toBe('000000020080')
  })

  it('are read', () => {
    expect(readerOf('0000000809a378f9b2e332a7').mpint()).toEqual(new Uint8Array(Buffer.from('09a378f9b2e332a7', 'hex')))
    expect(readerOf('000000020080').mpint()).toEqual(Uint8Array.of(0x80))
  })
})

describe('a reader refuses', () => {
  it.each([
    ['a string longer than what is left', '00000005616263', (r: WireReader) => r.string(10), 'malformed'],
    ['a string longer than allowed', '00000003616263', (r: WireReader) => r.string(2), 'too_large'],
    ['a length that lies', 'ffffffff', (r: WireReader) => r.string(2 ** 32), 'malformed'],
    ['a length cut short', '000000', (r: WireReader) => r.string(9), 'malformed'],
    ['a number cut short', '00000000000000', (r: WireReader) => r.uint64(), 'malformed'],
    ['text that is not UTF-8', '00000001ff', (r: WireReader) => r.text(9), 'malformed'],
    ['text with a NUL', '0000000100', (r: WireReader) => r.text(9), 'malformed'],
    ['a negative mpint', '0000000180', (r: WireReader) => r.mpint(), 'malformed'],
    ['an mpint with a needless zero', '000000020001', (r: WireReader) => r.mpint(), 'malformed'],
    ['an mpint of zero', '00000000', (r: WireReader) => r.mpint(), 'malformed'],
    ['an mpint of one zero byte', '0000000100', (r: WireReader) => r.mpint(), 'malformed'],
    ['an mpint longer than allowed', '00000003010000', (r: WireReader) => r.mpint(2), 'too_large'],
    ['bytes after the end', '00', (r: WireReader) => r.end(), 'malformed'],
  ] as const)('%s', (_, bytes, read, code) => {
    expect(thrown(() => read(readerOf(bytes)))).toMatchObject({ code })
  })

  it('and says where', () => {
    const reader = readerOf('0000000161000000ff')
    reader.string(5)
    expect(() => reader.string(5)).toThrow('test, byte 5: a string of 255 bytes where 5 are the most')
  })
})

property.prop([
  fc.array(fc.oneof(fc.uint8Array({ maxLength: 900 }), fc.string({ unit: 'grapheme', maxLength: 40 })), {
    maxLength: 9,
  }),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.nat(2 ** 32 - 1),
  fc.bigInt({ min: 1n, max: 2n ** 300n }),
])('what is written is read', (strings, long, short, number) => {
  const bytesOf = (value: Uint8Array | string): Uint8Array =>
    typeof value === 'string' ? new Uint8Array(Buffer.from(value)) : value
  const digits = number.toString(16)
  const magnitude = new Uint8Array(Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex'))
  const writer = new WireWriter(1).uint64(long).uint32(short).mpint(magnitude)
  writer.nested((inner) => {
    for (const value of strings) inner.string(value)
  })
  const reader = new WireReader(writer.bytes(), 'test')
  expect([reader.uint64(), reader.uint32()]).toEqual([long, short])
  expect(reader.mpint()).toEqual(magnitude)
  const inner = reader.nested(100_000, 'inner')
  for (const value of strings) expect(inner.string(1000)).toEqual(bytesOf(value))
  inner.end()
  reader.end()
})
