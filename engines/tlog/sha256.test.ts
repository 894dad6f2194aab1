import { createHash } from 'node:crypto'
import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { portableSha256 } from './portable-sha256.ts'
import { sha256 } from './sha256.ts'
import { hex } from './testing/trees.ts'

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)

describe.each([
  ['native', sha256],
  ['portable', portableSha256],
])('SHA-256, %s', (_, hash) => {
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
    [
      'abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu',
      'cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1',
    ],
    ['a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
  ])('gives the published digest (FIPS 180, NIST examples) of %.20s', (text, digest) => {
    expect(hex(hash(ascii(text)))).toBe(digest)
  })

  it('agrees with OpenSSL for every length around its blocks', () => {
    for (let length = 0; length <= 300; length++) {
      const data = Uint8Array.from({ length }, (_, i) => (i * 31 + length) & 0xff)
      expect(hex(hash(data))).toBe(createHash('sha256').update(data).digest('hex'))
    }
  })

  property.prop([fc.uint8Array({ maxLength: 5000 })])('agrees with OpenSSL for any bytes', (data) => {
    expect(hex(hash(data))).toBe(createHash('sha256').update(data).digest('hex'))
  })

  it('reads a view of larger memory at its own place', () => {
    const memory = Uint8Array.from({ length: 200 }, (_, i) => i)
    const view = memory.subarray(7, 150)
    expect(hex(hash(view))).toBe(createHash('sha256').update(view).digest('hex'))
  })
})
