import { createHmac, hkdfSync } from 'node:crypto'
import { expect, it } from 'vitest'
import { leafOf } from './leaf.ts'

const at = new Date('2026-11-01T12:00:00.123Z')
const salt = new Uint8Array(hkdfSync('sha256', 'salt', '', '', 32))
const body = '{"check":"a.b","opened":1}'
const text = (leaf: Uint8Array): string => new TextDecoder().decode(leaf)

it('publishes the body of a statement', () => {
  expect(text(leafOf({ at, kind: 'statement', body, salt, leaf: null }))).toBe(
    '{"at":"2026-11-01T12:00:00.123Z","body":{"check":"a.b","opened":1},"kind":"statement"}',
  )
})

it('publishes of any other entry a commitment that only its salt opens', () => {
  const commitment = createHmac('sha256', salt).update(body).digest('hex')
  const leaf = text(leafOf({ at, kind: 'verdicts', body, salt, leaf: null }))
  expect(leaf).toBe(`{"at":"2026-11-01T12:00:00.123Z","commitment":"${commitment}","kind":"verdicts"}`)
  const other = text(leafOf({ at, kind: 'verdicts', body, salt: new Uint8Array(32), leaf: null }))
  expect(other).not.toContain(commitment)
})

it('makes the commitment of RFC 2104, for texts of every length around a block and of every script', () => {
  for (const text of ['', 'a', 'x'.repeat(55), 'x'.repeat(63), 'x'.repeat(64), 'x'.repeat(65), 'ä€😀'.repeat(40)]) {
    const commitment = createHmac('sha256', salt).update(text).digest('hex')
    expect(new TextDecoder().decode(leafOf({ at, kind: 'drill', body: text, salt, leaf: null }))).toContain(commitment)
  }
})

it('repeats the leaf where only that is left, and invents none', () => {
  const leaf = new TextEncoder().encode('{"at":"…"}')
  expect(leafOf({ at, kind: 'verdicts', body: null, salt: null, leaf })).toBe(leaf)
  expect(() => leafOf({ at, kind: 'verdicts', body: null, salt: null, leaf: null })).toThrow()
})
