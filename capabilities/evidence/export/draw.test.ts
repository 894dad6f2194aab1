import { readFileSync } from 'node:fs'
import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { type Drawing, draw } from './draw.ts'

interface Vectors {
  readonly cases: readonly {
    readonly name: string
    readonly drawing: Omit<Drawing, 'root'> & { readonly root: string }
    readonly count: number
    readonly drawn: readonly number[]
  }[]
}
const VECTORS = JSON.parse(readFileSync(new URL('./vectors/sample-1.json', import.meta.url), 'utf8')) as Vectors

const drawing = (population: number, seed: string): Drawing => ({
  origin: 'trust.example.com/log',
  size: 10,
  root: new Uint8Array(32),
  window: [0, 9],
  from: 'opened',
  kind: '*',
  population,
  seed,
})

describe('draw', () => {
  it.each(VECTORS.cases)('draws what an independent implementation draws: $name', ({ drawing, count, drawn }) => {
    expect(draw({ ...drawing, root: Buffer.from(drawing.root, 'hex') }, count)).toEqual(drawn)
  })

  property.prop([fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 300 }), fc.string({ minLength: 1 })])(
    'draws no item twice, none outside, and as many as there are',
    (population, count, seed) => {
      const drawn = draw(drawing(population, seed), count)
      expect(new Set(drawn).size).toBe(Math.min(population, count))
      expect(drawn.every((item) => item >= 0 && item < population)).toBe(true)
    },
  )

  property.prop([fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 50 }), fc.string({ minLength: 1 })])(
    'draws the first items of a longer drawing',
    (population, count, seed) => {
      expect(draw(drawing(population, seed), count + 10).slice(0, count)).toEqual(
        draw(drawing(population, seed), count).slice(0, count),
      )
    },
  )

  it('draws every item about equally often', () => {
    const seen = new Map<number, number>()
    for (let i = 0; i < 6000; i++) {
      const [first] = draw(drawing(6, `seed ${i}`), 1)
      seen.set(first ?? -1, (seen.get(first ?? -1) ?? 0) + 1)
    }
    // Chi-square with 5 degrees of freedom: above 20.5 once in a thousand; the seeds are fixed, so this is no game of chance.
    const chi = [...seen.values()].reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0)
    expect(chi).toBeLessThan(20.5)
  })

  it('needs little memory however large the population is', () => {
    expect(draw(drawing(2 ** 53 - 1, 'x'), 25)).toHaveLength(25)
  })
})
