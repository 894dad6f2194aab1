import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { equal } from './bytes.ts'
import { leafHash } from './merkle.ts'
import { rootFromInclusion, verifyConsistency, verifyInclusion } from './proof.ts'
import { entriesOf, flipped, growth, hex, logOf, mth, path } from './testing/trees.ts'
import { consistencyProof, inclusionProof } from './tile-reader.ts'

const entries = entriesOf(40)
const leaves = entries.map(leafHash)
const roots = Array.from({ length: entries.length + 1 }, (_, n) => mth(entries.slice(0, n)))
const leafAt = (i: number): Uint8Array => leaves[i] as Uint8Array
const rootOf = (n: number): Uint8Array => roots[n] as Uint8Array

describe('an inclusion proof', () => {
  it('is refused with any bit of the entry’s hash, the root or the proof turned over', () => {
    for (let size = 1; size <= 17; size++) {
      for (let index = 0; index < size; index++) {
        const good = {
          leaf: leafAt(index),
          index,
          size,
          proof: path(index, entries.slice(0, size)),
          root: rootOf(size),
        }
        expect(verifyInclusion(good)).toBe(true)
        for (let bit = 0; bit < 256; bit++) {
          if (verifyInclusion({ ...good, leaf: flipped(good.leaf, bit) })) throw new Error(`leaf, bit ${bit}`)
          if (verifyInclusion({ ...good, root: flipped(good.root, bit) })) throw new Error(`root, bit ${bit}`)
          for (const [at, hash] of good.proof.entries()) {
            if (verifyInclusion({ ...good, proof: good.proof.with(at, flipped(hash, bit)) }))
              throw new Error(`hash ${at}, bit ${bit}`)
          }
        }
      }
    }
  })

  it('is refused for every other index, entry and root', () => {
    for (let size = 1; size <= 40; size++) {
      for (let index = 0; index < size; index++) {
        const good = {
          leaf: leafAt(index),
          index,
          size,
          proof: path(index, entries.slice(0, size)),
          root: rootOf(size),
        }
        for (let other = 0; other <= size; other++) {
          if (other === index) continue
          if (verifyInclusion({ ...good, index: other })) throw new Error(`${index} of ${size} passed as ${other}`)
          if (other < size && verifyInclusion({ ...good, leaf: leafAt(other) })) throw new Error(`another entry`)
        }
        for (const root of roots) if (!equal(root, good.root) && verifyInclusion({ ...good, root })) throw new Error()
      }
    }
  })

  it('is refused with a hash too many, too few, repeated or of another length', () => {
    for (let size = 2; size <= 40; size++) {
      for (let index = 0; index < size; index++) {
        const proof = path(index, entries.slice(0, size))
        const good = { leaf: leafAt(index), index, size, proof, root: rootOf(size) }
        const [first] = proof
        if (first === undefined) throw new Error('no proof')
        const bad = [[], proof.slice(1), proof.slice(0, -1), [...proof, first], [first, ...proof], [first.slice(1)]]
        for (const wrong of bad) {
          if (wrong.length === proof.length && wrong.every((h, i) => equal(h, proof[i] as Uint8Array))) continue
          if (verifyInclusion({ ...good, proof: wrong })) throw new Error(`${index} of ${size}`)
        }
      }
    }
  })

  it.each([
    ['a negative index', { index: -1 }],
    ['a broken index', { index: 0.5 }],
    ['no number as index', { index: Number.NaN }],
    ['an index at the end', { index: 3 }],
    ['an endless size', { size: Number.POSITIVE_INFINITY }],
    ['a size beyond 2^53 - 1', { size: 2 ** 53 }],
    ['a short hash of the entry', { leaf: new Uint8Array(31) }],
    ['a hundred hashes', { proof: Array.from({ length: 100 }, () => new Uint8Array(32)) }],
  ])('with %s is refused without an error', (_, change) => {
    const good = { leaf: leafAt(1), index: 1, size: 3, proof: path(1, entries.slice(0, 3)), root: rootOf(3) }
    expect(rootFromInclusion({ ...good, ...change })).toBeNull()
  })
})

describe('a consistency proof', () => {
  it('is refused with any bit of a root or the proof turned over', () => {
    for (let newSize = 1; newSize <= 13; newSize++) {
      for (let oldSize = 1; oldSize <= newSize; oldSize++) {
        const proof = growth(oldSize, entries.slice(0, newSize))
        const good = { oldSize, newSize, proof, oldRoot: rootOf(oldSize), newRoot: rootOf(newSize) }
        expect(verifyConsistency(good)).toBe(true)
        for (let bit = 0; bit < 256; bit++) {
          if (verifyConsistency({ ...good, oldRoot: flipped(good.oldRoot, bit) })) throw new Error(`old, bit ${bit}`)
          if (verifyConsistency({ ...good, newRoot: flipped(good.newRoot, bit) })) throw new Error(`new, bit ${bit}`)
          for (const [at, hash] of proof.entries()) {
            if (verifyConsistency({ ...good, proof: proof.with(at, flipped(hash, bit)) }))
              throw new Error(`${oldSize} to ${newSize}, hash ${at}, bit ${bit}`)
          }
        }
      }
    }
  })

  it('is refused for a fork: another tree of the new size, whatever proof comes with it', () => {
    for (let newSize = 2; newSize <= 24; newSize++) {
      for (let oldSize = 1; oldSize < newSize; oldSize++) {
        // Entry 0 is another one, so that no later tree of this log has the old one as its beginning.
        const forked = [entries[39] as Uint8Array, ...entries.slice(1, newSize)]
        const claim = { oldSize, newSize, oldRoot: rootOf(oldSize), newRoot: mth(forked) }
        const proofs = [growth(oldSize, forked), growth(oldSize, entries.slice(0, newSize)), []]
        for (const proof of proofs)
          if (verifyConsistency({ ...claim, proof })) throw new Error(`${oldSize}, ${newSize}`)
      }
    }
  })

  it('is refused for a rollback and for the same size with two roots', () => {
    const proof = growth(3, entries.slice(0, 7))
    expect(verifyConsistency({ oldSize: 7, newSize: 3, oldRoot: rootOf(7), newRoot: rootOf(3), proof })).toBe(false)
    expect(verifyConsistency({ oldSize: 7, newSize: 3, oldRoot: rootOf(7), newRoot: rootOf(3), proof: [] })).toBe(false)
    expect(verifyConsistency({ oldSize: 7, newSize: 7, oldRoot: rootOf(7), newRoot: rootOf(6), proof: [] })).toBe(false)
    expect(verifyConsistency({ oldSize: 7, newSize: 7, oldRoot: rootOf(7), newRoot: rootOf(7), proof })).toBe(false)
  })

  it('from the empty tree is empty, and the old root is the empty tree’s', () => {
    const good = { oldSize: 0, newSize: 5, oldRoot: rootOf(0), newRoot: rootOf(5), proof: [] as Uint8Array[] }
    expect(verifyConsistency(good)).toBe(true)
    expect(verifyConsistency({ ...good, proof: [rootOf(1)] })).toBe(false)
    expect(verifyConsistency({ ...good, oldRoot: rootOf(1) })).toBe(false)
  })

  it.each([
    ['a broken size', { oldSize: 1.5 }],
    ['no number', { newSize: Number.NaN }],
    ['a size beyond 2^53 - 1', { newSize: 2 ** 53 + 2 }],
    ['a short root', { oldRoot: new Uint8Array(3) }],
    ['a hundred hashes', { proof: Array.from({ length: 100 }, () => new Uint8Array(32)) }],
  ])('with %s is refused without an error', (_, change) => {
    const proof = growth(3, entries.slice(0, 7))
    const good = { oldSize: 3, newSize: 7, oldRoot: rootOf(3), newRoot: rootOf(7), proof }
    expect(verifyConsistency({ ...good, ...change })).toBe(false)
  })
})

describe('proofs from tiles', () => {
  property.prop([fc.integer({ min: 1, max: 900 }), fc.nat(), fc.nat()], { numRuns: 60 })(
    'are those that RFC 6962 defines',
    async (size, a, b) => {
      const all = entriesOf(size)
      const { read } = logOf(all)
      const [index, oldSize] = [a % size, (b % size) + 1]
      expect((await inclusionProof(index, size, read)).map(hex)).toEqual(path(index, all).map(hex))
      expect((await consistencyProof(oldSize, size, read)).map(hex)).toEqual(growth(oldSize, all).map(hex))
    },
  )
})
