import { fc, test as property } from '@fast-check/vitest'
import { expect, it } from 'vitest'
import { age, count, day, marginText, newestMeasurement, shortDay, summary } from './format.ts'
import { Html, html } from './html.ts'

it('sums up in one sentence, the held ones first', () => {
  const of = (...states: ('ok' | 'alarm' | 'unmeasured')[]) => states.map((state) => ({ state }))
  const plain = (text: string) => text.replaceAll('\u00a0', ' ')
  expect(plain(summary(of('alarm', 'ok', 'ok', 'unmeasured'), 'de'))).toBe(
    'Von 4 Zusagen sind 2 gemessen und gehalten, 1 verletzt und 1 nicht gemessen.',
  )
  expect(plain(summary(of('ok'), 'de'))).toBe('Von 1 Zusagen ist 1 gemessen und gehalten.')
  expect(plain(summary(of('ok', 'alarm'), 'en'))).toBe('Of 2 promises, 1 measured and held and 1 violated.')
})

it('writes days and ages in both languages', () => {
  expect(day('2026-03-09T23:59:00.000Z', 'de')).toBe('9. März 2026')
  expect(shortDay('2026-03-09T23:59:00.000Z', 'de')).toBe('09.03.2026')
  expect(shortDay('2026-03-09T23:59:00.000Z', 'en')).toBe('9 Mar 2026')
  const now = new Date('2026-03-10T00:00:00.000Z')
  expect(age('2026-03-09T23:59:20.000Z', now, 'de')).toBe('vor 40 s')
  expect(age('2026-03-09T21:00:00.000Z', now, 'en')).toBe('3 h ago')
  expect(age('2026-03-11T00:00:00.000Z', now, 'en')).toBe('0 s ago')
  expect(count(1204881)).toBe('1\u202f204\u202f881')
})

it('says in the margin what was never measured', () => {
  expect(marginText({ measuredAt: null, population: 0, since: null }, 'de')).toBe('nie gemessen')
  expect(newestMeasurement([{ measuredAt: null }])).toBeNull()
})

property.prop([fc.string()])('no text becomes markup, in a text or in an attribute', (text) => {
  const made = html`<p title="${text}">${text}</p>`.text
  const inside = made.slice('<p title="'.length, -'</p>'.length)
  expect(inside.replace('">', '')).not.toMatch(/[<>"']/)
  expect(html`${new Html('<b>')}`.text).toBe('<b>')
})
