import { fc, test } from '@fast-check/vitest'
import { expect, it } from 'vitest'
import { SortedList } from './sorted-list.ts'
import { TimeHeap } from './time-heap.ts'

test.prop([fc.array(fc.tuple(fc.boolean(), fc.integer({ min: -20, max: 20 })), { maxLength: 200 })])(
  'a sorted list is what sorting an array is',
  (steps) => {
    const list = new SortedList()
    const plain: number[] = []
    for (const [remove, value] of steps) {
      const known = plain.indexOf(value)
      if (remove && known >= 0) {
        plain.splice(known, 1)
        list.remove(value)
      } else {
        plain.push(value)
        list.add(value)
      }
    }
    plain.sort((a, b) => a - b)
    expect(plain.map((_, i) => list.at(i))).toEqual(plain)
    expect(list.size).toBe(plain.length)
  },
)

it('a sorted list of many blocks stays sorted', () => {
  const list = new SortedList()
  for (let i = 0; i < 20_000; i++) list.add((i * 7919) % 20_000)
  for (let i = 0; i < 20_000; i += 2) list.remove(i)
  expect(Array.from({ length: list.size }, (_, i) => list.at(i))).toEqual(
    Array.from({ length: 10_000 }, (_, i) => 2 * i + 1),
  )
  expect(list.percentile(50)).toBe(10_000)
  expect(() => list.remove(0)).toThrow('is in the list')
})

test.prop([fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 })])(
  'a heap gives the earliest first, ties in the order of their numbers',
  (times) => {
    const heap = new TimeHeap<{ at: number; seq: number }>()
    for (const [seq, time] of times.entries()) heap.push({ at: time, seq })
    const out: number[] = []
    for (let item = heap.pop(); item !== undefined; item = heap.pop()) out.push(item.at * 1000 + item.seq)
    expect(out).toEqual([...out].sort((a, b) => a - b))
    expect(out).toHaveLength(times.length)
  },
)
