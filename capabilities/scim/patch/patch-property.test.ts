import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { projection, resourceJson } from '../resource/projection.ts'
import { readResource } from '../resource/read-resource.ts'
import { userType } from '../schema/resource-type.ts'
import { type Meant, type Plain, perform, written } from '../testing/naive-patch.ts'
import { ENTERPRISE, patch, type ScimStage, scimStage, user } from '../testing/scim-stage.ts'
import { applyPatch } from './apply-patch.ts'
import { parsePatch } from './parse-patch.ts'

let stage: ScimStage
beforeAll(async () => {
  stage = await scimStage()
})
afterAll(() => stage.end())

const word = fc.constantFrom('a', 'b', 'c', 'Ä', '"', '\\', '😀', 'x y')
const type = fc.constantFrom('work', 'home')
const orNull = fc.option(word, { nil: null, freq: 3 })
// Few values, so that the same one comes again.
const few = fc.constantFrom('a', 'b')
const email = fc.record({ value: few, type, display: few, primary: fc.constant(false) }, { requiredKeys: ['value'] })
// At most one is preferred, as a provider has to see to.
const several = fc
  .tuple(fc.array(email, { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([list, preferred]) => list.map((one, index) => (preferred && index === 0 ? { ...one, primary: true } : one)))

const meant: fc.Arbitrary<Meant> = fc.oneof(
  fc.record({
    do: fc.constant('simple' as const),
    name: fc.constantFrom('title' as const, 'nickName' as const),
    value: orNull,
  }),
  fc.record({
    do: fc.constant('name' as const),
    part: fc.constantFrom('givenName' as const, 'familyName' as const),
    value: orNull,
  }),
  fc.record({ do: fc.constant('department' as const), value: orNull }),
  fc.record({
    do: fc.constant('emails' as const),
    how: fc.constantFrom('add' as const, 'replace' as const),
    values: several,
  }),
  fc.record({
    do: fc.constant('address' as const),
    how: fc.constantFrom('add' as const, 'replace' as const),
    type,
    value: few,
  }),
  fc.record({ do: fc.constant('drop' as const), type: fc.option(type, { nil: null }) }),
)

/** What the model and the server both tell of. */
const seen = (body: Record<string, unknown>): Plain =>
  Object.fromEntries(
    ['title', 'nickName', 'name', 'emails', ENTERPRISE].flatMap((key) =>
      body[key] === undefined ? [] : [[key, body[key]]],
    ),
  )

const requests = fc.array(fc.array(fc.tuple(meant, fc.boolean()), { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 4,
})
type Request = readonly (readonly [Meant, boolean])[]

const asPatch = (operations: Request) => patch(...operations.map(([one, odd]) => written(one, odd)))

/** What the model becomes; null: a request that cannot be done. */
function performed(model: Plain, operations: Request): Plain | null {
  const next = structuredClone(model)
  return operations.every(([one]) => perform(next, one)) ? next : null
}

it('makes of any values what a naive model makes of them, or refuses the request as a whole', () => {
  let refused = 0
  const told = projection(userType, null, null)
  fc.assert(
    fc.property(requests, (all) => {
      let values = readResource(userType, user('ada'))
      let model: Plain = {}
      for (const operations of all) {
        const next = performed(model, operations)
        const change = () => applyPatch(userType, values, parsePatch(asPatch(operations)))
        if (next === null) {
          refused += 1
          expect(change).toThrow(expect.objectContaining({ scimType: 'noTarget' }))
          continue
        }
        model = next
        values = change()
        expect(seen(resourceJson(userType, values, told))).toEqual(model)
      }
    }),
    { numRuns: 1500 },
  )
  expect(refused).toBeGreaterThan(50)
})

it('patch then get is what the model makes of it, through the server and the database', async () => {
  await fc.assert(
    fc.asyncProperty(requests, async (all) => {
      await stage.wipe()
      const { body } = await stage.send('POST', '/Users', user('ada'))
      let model: Plain = {}
      for (const operations of all) {
        const next = performed(model, operations)
        const answer = await stage.send('PATCH', `/Users/${body.id}`, asPatch(operations))
        expect(answer.status, JSON.stringify(answer.body)).toBe(next === null ? 400 : 200)
        model = next ?? model
        expect(seen((await stage.send('GET', `/Users/${body.id}`)).body)).toEqual(model)
      }
    }),
    { numRuns: 20 },
  )
  expect(stage.defects).toEqual([])
})
