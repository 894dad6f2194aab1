import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { EMPTY_ROOT } from '../engines/tlog/merkle.ts'
import { KeeperError } from './errors.ts'
import { judgeGrowth } from './growth.ts'
import { GrowingTree } from './testing/growing-tree.ts'

const names = (count: number, prefix: string) => Array.from({ length: count }, (_, i) => `${prefix}${i}`)
const kindOf = (judged: ReturnType<typeof judgeGrowth>) =>
  judged instanceof KeeperError ? judged.detail['kind'] : judged

const sizes = { max: 300 }

describe('growth', () => {
  test.prop([fc.nat(sizes), fc.integer({ min: 1, ...sizes })])(
    'is signed where the tree holds the one that was signed last',
    async (old, more) => {
      const tree = GrowingTree.empty().append(...names(old, 'a'))
      const last = { size: tree.size, root: tree.root }
      tree.append(...names(more, 'b'))
      expect(judgeGrowth(last, await tree.growthFrom(old))).toBe('grow')
    },
  )

  test.prop([fc.integer({ min: 1, ...sizes }), fc.integer({ min: 1, ...sizes }), fc.nat()])(
    'is refused where any one entry below was changed, whatever proof comes with it',
    async (old, more, at) => {
      const honest = GrowingTree.empty().append(...names(old, 'a'))
      const entries = [...names(old, 'a'), ...names(more, 'b')]
      entries[at % old] = 'changed'
      const forged = GrowingTree.empty()
      forged.append(...entries.slice(0, old)).append(...entries.slice(old))
      const last = { size: old, root: honest.root }
      expect(kindOf(judgeGrowth(last, await forged.growthFrom(old)))).toBe('fork')
      honest.append(...names(more, 'b'))
      const { consistency } = await honest.growthFrom(old)
      expect(kindOf(judgeGrowth(last, { ...(await forged.growthFrom(old)), consistency }))).toBe('fork')
    },
  )

  test.prop([fc.integer({ min: 1, ...sizes }), fc.nat()])('never goes back', async (size, smaller) => {
    const tree = GrowingTree.empty().append(...names(size, 'a'))
    const back = GrowingTree.empty().append(...names(smaller % size, 'a'))
    const judged = judgeGrowth({ size, root: tree.root }, await back.growthFrom(0))
    expect(kindOf(judged)).toBe('rollback')
  })

  test.prop([fc.nat(sizes), fc.uint8Array({ minLength: 32, maxLength: 32 })])(
    'has one root for one size',
    async (size, other) => {
      const tree = GrowingTree.empty().append(...names(size, 'a'))
      const last = { size, root: tree.root }
      const growth = { oldSize: size, newSize: size, newRoot: tree.root, consistency: [] }
      expect(judgeGrowth(last, growth)).toBe('repeat')
      expect(kindOf(judgeGrowth(last, { ...growth, newRoot: other }))).toBe('fork')
    },
  )

  it('begins with an empty tree or with entries, from nothing', async () => {
    const empty = { oldSize: 0, newSize: 0, newRoot: EMPTY_ROOT, consistency: [] }
    expect(judgeGrowth(null, empty)).toBe('grow')
    expect(judgeGrowth(null, await GrowingTree.empty().append('a', 'b').growthFrom(0))).toBe('grow')
    expect(kindOf(judgeGrowth(null, { ...empty, newRoot: new Uint8Array(32) }))).toBe('fork')
    expect(kindOf(judgeGrowth(null, { ...empty, oldSize: 1, newSize: 2 }))).toBe('other_start')
  })
})
