import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Bdd, type Edge, FALSE, not, TRUE } from './bdd.ts'
import { exists, forAll, holds, pickPoint, restrict, support } from './bdd-queries.ts'
import { PacketspaceError } from './errors.ts'

const VARIABLES = 6
type Term = number | ['and' | 'or' | 'xor', Term, Term] | ['ite', Term, Term, Term] | ['not', Term]

const { term } = fc.letrec<{ term: Term }>((tie) => ({
  term: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.nat(VARIABLES - 1),
    fc.tuple(fc.constantFrom('and', 'or', 'xor'), tie('term'), tie('term')),
    fc.tuple(fc.constant('ite'), tie('term'), tie('term'), tie('term')),
    fc.tuple(fc.constant('not'), tie('term')),
  ) as fc.Arbitrary<Term>,
}))

function build(bdd: Bdd, t: Term): Edge {
  if (typeof t === 'number') return bdd.variable(t)
  if (t[0] === 'not') return not(build(bdd, t[1]))
  if (t[0] === 'ite') return bdd.ite(build(bdd, t[1]), build(bdd, t[2]), build(bdd, t[3]))
  return bdd[t[0]](build(bdd, t[1]), build(bdd, t[2]))
}

function value(t: Term, point: number): boolean {
  if (typeof t === 'number') return ((point >> t) & 1) === 1
  if (t[0] === 'not') return !value(t[1], point)
  if (t[0] === 'ite') return value(t[1], point) ? value(t[2], point) : value(t[3], point)
  const a = value(t[1], point)
  const b = value(t[2], point)
  return t[0] === 'and' ? a && b : t[0] === 'or' ? a || b : a !== b
}

const points = Array.from({ length: 1 << VARIABLES }, (_, i) => i)
const bitOf = (point: number) => (level: number) => ((point >> level) & 1) === 1

describe('binary decision diagrams', () => {
  it('agree with the truth table of every formula', () => {
    fc.assert(
      fc.property(term, (t) => {
        const bdd = new Bdd()
        const f = build(bdd, t)
        for (const p of points) expect(holds(bdd, f, bitOf(p))).toBe(value(t, p))
      }),
    )
  })

  it('give equal functions equal edges', () => {
    fc.assert(
      fc.property(term, term, (a, b) => {
        const bdd = new Bdd()
        const same = points.every((p) => value(a, p) === value(b, p))
        expect(build(bdd, a) === build(bdd, b)).toBe(same)
      }),
    )
  })

  it('quantify, restrict and name the support as the truth table does', () => {
    fc.assert(
      fc.property(term, fc.nat(VARIABLES - 1), (t, v) => {
        const bdd = new Bdd()
        const f = build(bdd, t)
        const some = exists(bdd, f, (level) => level === v)
        const every = forAll(bdd, f, (level) => level === v)
        const fixed = restrict(bdd, f, (level) => (level === v ? true : undefined))
        for (const p of points) {
          const low = value(t, p & ~(1 << v))
          const high = value(t, p | (1 << v))
          expect(holds(bdd, some, bitOf(p))).toBe(low || high)
          expect(holds(bdd, every, bitOf(p))).toBe(low && high)
          expect(holds(bdd, fixed, bitOf(p))).toBe(high)
        }
        expect(support(bdd, f).has(v)).toBe(points.some((p) => value(t, p) !== value(t, p ^ (1 << v))))
      }),
    )
  })

  it('pick a point of the set, and none of the empty set', () => {
    fc.assert(
      fc.property(term, (t) => {
        const bdd = new Bdd()
        const f = build(bdd, t)
        const point = pickPoint(bdd, f)
        if (point === undefined) expect(f).toBe(FALSE)
        else expect(holds(bdd, f, (level) => point.get(level) ?? true)).toBe(true)
      }),
    )
  })

  it('keep every root when they are compacted', () => {
    fc.assert(
      fc.property(term, term, (a, b) => {
        const bdd = new Bdd()
        build(bdd, b)
        const [root = TRUE] = bdd.compact(Int32Array.of(build(bdd, a)))
        for (const p of points) expect(holds(bdd, root, bitOf(p))).toBe(value(a, p))
        expect(build(bdd, a)).toBe(root)
      }),
    )
  })

  it('stay exact while the tables grow', () => {
    const bdd = new Bdd()
    const sets: Edge[] = []
    for (let n = 0; n < 3000; n++) {
      let f: Edge = TRUE
      for (let bit = 0; bit < 24; bit++) {
        const v = bdd.variable(23 - bit)
        f = bdd.and(f, (Math.imul(n, 2654435761) >>> bit) & 1 ? v : not(v))
      }
      sets.push(f)
    }
    const union = bdd.any(sets)
    expect(bdd.size).toBeGreaterThan(40_000)
    expect(sets.every((f) => bdd.implies(f, union))).toBe(true)
    expect(bdd.minus(union, bdd.any(sets.slice(1)))).toBe(sets[0])
  })

  it('refuse with `budget` instead of growing past it', () => {
    const bdd = new Bdd(20)
    const run = () => Array.from({ length: 30 }, (_, i) => bdd.variable(i))
    expect(run).toThrow(PacketspaceError)
    expect(run).toThrow(expect.objectContaining({ code: 'budget' }))
  })
})
