import { expect, it } from 'vitest'
import { soak } from './soak.ts'

it('thirty thousand malformed envelopes are refused, each with a typed error, and every kind of refusal occurs', () => {
  const { refused, wrong } = soak(30_000, 20_251)
  expect(wrong).toEqual([])
  expect(Object.keys(refused).sort()).toEqual(['key_state', 'malformed', 'unknown_key', 'unsupported', 'unverified'])
  expect(Object.values(refused).reduce((sum, n) => sum + n)).toBe(30_000)
})
