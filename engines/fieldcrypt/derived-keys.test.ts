import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DerivedKeys } from './derived-keys.ts'
import { secretKey } from './testing/keys.ts'
import { XaesKey } from './xaes.ts'

it('a kept key is the derived one, in whatever order more first halves than are kept come', () => {
  const xaes = new XaesKey(secretKey())
  const kept = new DerivedKeys(xaes)
  const heads = Array.from({ length: 700 }, () => randomBytes(12))
  fc.assert(
    fc.property(fc.array(fc.nat(699), { minLength: 1, maxLength: 400 }), fc.nat(9), (order, at) => {
      for (const i of order) {
        const head = heads[i] ?? Buffer.alloc(12)
        const derived = kept.get(Buffer.concat([Buffer.alloc(at, 7), head, Buffer.alloc(3, 7)]), at)
        expect(derived.equals(xaes.derive(head))).toBe(true)
      }
    }),
    { numRuns: 30 },
  )
})
