import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codeOf, secretKey } from './testing/keys.ts'
import { accumulatedHash } from './testing/shake-stream.ts'
import { XaesKey, xaesOpen, xaesSeal } from './xaes.ts'

const published = JSON.parse(readFileSync(join(import.meta.dirname, 'vectors/xaes-256-gcm.json'), 'utf8'))
const hex = (text: string): Buffer => Buffer.from(text, 'hex')
const bytes = (maxLength: number) => fc.uint8Array({ maxLength })

describe('XAES-256-GCM', () => {
  it.each<Record<string, string>>(published.vectors)('is that of C2SP with key $key', (vector) => {
    const [key, nonce, derivedKey, plaintext, aad, ciphertext] = [
      'key',
      'nonce',
      'derivedKey',
      'plaintext',
      'aad',
      'ciphertext',
    ].map((name) => hex(vector[name] ?? '?')) as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer]
    const xaes = new XaesKey(secretKey(key))
    expect(xaes.derive(nonce.subarray(0, 12)).export()).toEqual(derivedKey)
    expect(xaesSeal(xaes, nonce, aad, plaintext)).toEqual(ciphertext)
    expect(xaesOpen(xaes, nonce, aad, ciphertext)).toEqual(plaintext)
  })

  it('has the accumulated hash of C2SP over ten thousand random messages', () => {
    const [first] = published.accumulated
    expect(first.iterations).toBe(10_000)
    expect(accumulatedHash(10_000)).toBe(first.hash)
  })

  it('opens what it sealed, and derives the same however often it derived before', () => {
    const key = new XaesKey(secretKey())
    const nonce = fc.uint8Array({ minLength: 24, maxLength: 24 })
    fc.assert(
      fc.property(nonce, bytes(100), bytes(300), (iv, aad, plaintext) => {
        const sealed = xaesSeal(key, iv, aad, plaintext)
        expect(sealed.length).toBe(plaintext.length + 16)
        expect(xaesOpen(key, iv, aad, sealed).equals(plaintext)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('refuses a message with any bit of nonce, associated data, ciphertext or tag changed', () => {
    const key = new XaesKey(secretKey())
    const [nonce, aad] = [randomBytes(24), randomBytes(9)]
    const sealed = xaesSeal(key, nonce, aad, randomBytes(13))
    for (const target of [nonce, aad, sealed]) {
      for (let bit = 0; bit < 8 * target.length; bit++) {
        const mask = 1 << (bit % 8)
        target[bit >> 3] = (target[bit >> 3] ?? 0) ^ mask
        expect(codeOf(() => xaesOpen(key, nonce, aad, sealed))).toBe('unverified')
        target[bit >> 3] = (target[bit >> 3] ?? 0) ^ mask
      }
    }
    expect(xaesOpen(key, nonce, aad, sealed).length).toBe(13)
  })

  it('takes keys of 32 bytes and nonces of 24 bytes only', () => {
    for (const length of [16, 24, 31, 33, 64])
      expect(codeOf(() => new XaesKey(secretKey(randomBytes(length))))).toBe('invalid')
    const key = new XaesKey(secretKey())
    const empty = new Uint8Array(0)
    for (const length of [0, 12, 23, 25]) {
      expect(codeOf(() => xaesSeal(key, new Uint8Array(length), empty, empty))).toBe('invalid')
      expect(codeOf(() => xaesOpen(key, new Uint8Array(length), empty, new Uint8Array(16)))).toBe('invalid')
    }
    expect(codeOf(() => xaesOpen(key, new Uint8Array(24), empty, new Uint8Array(15)))).toBe('malformed')
  })
})
