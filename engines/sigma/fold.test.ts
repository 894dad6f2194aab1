import { expect, it } from 'vitest'
import { fold } from './fold.ts'

it('two characters are one exactly where Unicode’s simple folding says so', () => {
  const byFold = new Map<string, string>()
  for (let point = 0; point <= 0x1ffff; point++) {
    if (point >= 0xd800 && point < 0xe000) continue
    const own = String.fromCodePoint(point)
    const folded = fold(own)
    if (folded !== own) {
      // The platform's own comparison is the reference: what we join it joins, too.
      expect(new RegExp(`^\\u{${point.toString(16)}}$`, 'iu').test(folded), point.toString(16)).toBe(true)
    } else {
      for (const other of new Set([own.toUpperCase(), own.toLowerCase()])) {
        if (other === own || [...other].length > 1 || other.length !== own.length) continue
        const same = new RegExp(`^\\u{${point.toString(16)}}$`, 'iu').test(other)
        expect(fold(other) === folded, point.toString(16)).toBe(same)
      }
    }
    byFold.set(folded, own)
  }
  expect(byFold.size).toBeGreaterThan(100_000)
})

it('folding keeps every length and does nothing twice', () => {
  for (const text of ['STRASSE ß ẞ', 'İstanbul ı', '\u212A\u017F', 'ΑΣ ΑΣ', '𐐀𐐁', '\ud800x', 'ＷＨＯＡＭＩ']) {
    expect(fold(text)).toHaveLength(text.length)
    expect(fold(fold(text))).toBe(fold(text))
  }
  expect(fold('ＷＨＯＡＭＩ')).toBe('ｗｈｏａｍｉ')
  expect(fold('\u212Aey')).toBe('key')
  expect(fold('ΑΣ')).toBe('ασ')
})
