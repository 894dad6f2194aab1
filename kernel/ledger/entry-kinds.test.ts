import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('has every kind of entry described, and describes none that is not there', () => {
  const source = readFileSync('kernel/ledger/entry.ts', 'utf8')
  const kinds = [...source.matchAll(/^ {2}\| '(\w+)'$/gm)].map((m) => m[1])
  const described = [...readFileSync('docs/evidence-entries.md', 'utf8').matchAll(/^\| `(\w+)`/gm)].map((m) => m[1])
  expect(kinds.length).toBeGreaterThan(10)
  expect([...described].sort()).toEqual([...kinds].sort())
})
