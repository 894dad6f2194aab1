import { fc, test } from '@fast-check/vitest'
import { expect, it } from 'vitest'
import { hasAll, likely, orderOf, sorted, wordsOf } from './order.ts'

it('sorts by known columns alone', () => {
  const columns = ['name', 'open'] as const
  const otherwise = { column: 'name', down: false } as const
  expect(orderOf('-open', columns, otherwise)).toEqual({ column: 'open', down: true })
  expect(orderOf('open', columns, otherwise)).toEqual({ column: 'open', down: false })
  for (const wrong of ['', '-', 'name; drop table x', '--open', 'OPEN'])
    expect(orderOf(wrong, columns, otherwise)).toEqual(otherwise)
})

it('takes the signs of a pattern as themselves', () => {
  expect(likely('50%_a\\b')).toBe('%50\\%\\_a\\\\b%')
})

it('wants all words, in any case, and no more than ten', () => {
  expect(hasAll(wordsOf('DB root'), 'db-1', null, 'Root')).toBe(true)
  expect(hasAll(wordsOf('db missing'), 'db-1', 'root')).toBe(false)
  expect(wordsOf('a '.repeat(50))).toHaveLength(10)
})

test.prop([fc.array(fc.record({ id: fc.nat(), at: fc.option(fc.nat(5)) }), { maxLength: 50 }), fc.boolean()])(
  'sorts into an order in which pages fit together, whatever the order before',
  (rows, down) => {
    const unique = [...new Map(rows.map((r) => [r.id, r])).values()]
    const once = sorted(
      unique,
      down,
      (r) => r.at,
      (r) => r.id,
    )
    const again = sorted(
      [...unique].reverse(),
      down,
      (r) => r.at,
      (r) => r.id,
    )
    expect(again).toEqual(once)
    expect(new Set(once)).toEqual(new Set(unique))
  },
)
