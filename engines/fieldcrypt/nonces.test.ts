import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BLOCKS_PER_HEAD, MAX_MESSAGES_PER_HEAD, Nonces } from './nonces.ts'
import { codeOf, secretKey } from './testing/keys.ts'
import { XaesKey } from './xaes.ts'

const key = new XaesKey(secretKey())
const head = (nonces: Nonces): string => Buffer.from(nonces.nonce.subarray(0, 12)).toString('hex')
const whole = (nonces: Nonces): string => Buffer.from(nonces.nonce).toString('hex')

/** Random bytes that are a counter: what is drawn is seen in what comes out. */
function counting(): { random: (bytes: Uint8Array) => void; draws: number[] } {
  let next = 0
  const draws: number[] = []
  return {
    draws,
    random: (bytes) => {
      draws.push(bytes.length)
      for (let i = 0; i < bytes.length; i++) bytes[i] = next++
    },
  }
}

describe('nonces', () => {
  it('differ in every message, and share their first half within an epoch only', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 200 }), (messagesPerHead, count) => {
        const nonces = new Nonces(key, { messagesPerHead })
        const all = new Set<string>()
        const perHead = new Map<string, number>()
        for (let i = 0; i < count; i++) {
          nonces.next(0, 0)
          all.add(whole(nonces))
          perHead.set(head(nonces), (perHead.get(head(nonces)) ?? 0) + 1)
        }
        expect(all.size).toBe(count)
        expect(perHead.size).toBe(Math.ceil(count / messagesPerHead))
        expect(Math.max(...perHead.values())).toBeLessThanOrEqual(messagesPerHead)
      }),
    )
  })

  it('use every random byte once: nothing drawn is used again in another message', () => {
    const { random, draws } = counting()
    const nonces = new Nonces(key, { random })
    let tail = ''
    for (let i = 0; i < 130; i++) {
      nonces.next(0, 0)
      expect(whole(nonces).slice(24)).not.toBe(tail)
      tail = whole(nonces).slice(24)
    }
    expect(draws).toEqual([12, 768, 768, 768])
  })

  it('come with the key that their first half derives', () => {
    const nonces = new Nonces(key, { messagesPerHead: 2 })
    for (let i = 0; i < 7; i++) {
      const derived = nonces.next(0, 0)
      expect(derived.equals(key.derive(nonces.nonce.subarray(0, 12)))).toBe(true)
      expect(Buffer.from(nonces.iv)).toEqual(Buffer.from(nonces.nonce.subarray(12)))
    }
  })

  it('begin a new epoch before 2^28 blocks of text and associated data are under one derived key', () => {
    const nonces = new Nonces(key)
    nonces.next(0, 0)
    const first = head(nonces)
    const largest = 2 ** 26
    let blocks = 2
    for (;;) {
      nonces.next(largest, 100)
      if (head(nonces) !== first) break
      blocks += largest / 16 + 7 + 2
      expect(blocks).toBeLessThanOrEqual(BLOCKS_PER_HEAD)
    }
    expect(blocks).toBeGreaterThan(BLOCKS_PER_HEAD - 2 * (largest / 16))
  })

  it('of two processes never share a first half, and a new epoch can be asked for', () => {
    const [a, b] = [new Nonces(key), new Nonces(key)]
    a.next(0, 0)
    b.next(0, 0)
    expect(head(a)).not.toBe(head(b))
    const before = head(a)
    a.next(0, 0)
    expect(head(a)).toBe(before)
    a.freshHead()
    a.next(0, 0)
    expect(head(a)).not.toBe(before)
  })

  it('are drawn anew after a new epoch was asked for, down to what was drawn in advance', () => {
    const { random, draws } = counting()
    const nonces = new Nonces(key, { random })
    nonces.next(0, 0)
    nonces.freshHead()
    nonces.next(0, 0)
    expect(draws).toEqual([12, 768, 12, 768])
  })

  it('allow no more than 2^24 messages per derived key', () => {
    for (const messagesPerHead of [0, -1, 1.5, Number.NaN, MAX_MESSAGES_PER_HEAD + 1, 2 ** 32])
      expect(codeOf(() => new Nonces(key, { messagesPerHead }))).toBe('invalid')
    expect(codeOf(() => new Nonces(key, { messagesPerHead: MAX_MESSAGES_PER_HEAD }))).toBe(null)
  })

  it('are refused once a key has used up its first halves', () => {
    const nonces = new Nonces(key, { messagesPerHead: 2, maxHeads: 3 })
    for (let i = 0; i < 6; i++) expect(codeOf(() => nonces.next(0, 0))).toBe(null)
    expect(codeOf(() => nonces.next(0, 0))).toBe('exhausted')
    expect(codeOf(() => nonces.next(0, 0))).toBe('exhausted')
    for (const maxHeads of [0, 1.5, 2 ** 32 + 1]) expect(codeOf(() => new Nonces(key, { maxHeads }))).toBe('invalid')
  })
})
