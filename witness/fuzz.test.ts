import { fc, test as property } from '@fast-check/vitest'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { serveWitness } from './testing/serve-witness.ts'
import { submit } from './testing/spawn-witness.ts'
import { TestLog } from './testing/test-log.ts'

const log = new TestLog('log.example.org/a').grow(40)
const grown = log.copy().grow(25)
let served: Awaited<ReturnType<typeof serveWitness>>
let honest = ''

beforeAll(async () => {
  served = await serveWitness([log.verifierKey])
  honest = await grown.request(40)
  await submit(served.url, await log.request(0))
})
afterAll(() => served[Symbol.asyncDispose]())

/** No input makes the witness fail, and none that is not the honest growth gets a signature. */
async function survives(body: string): Promise<void> {
  const { status, text } = await submit(served.url, body)
  expect([400, 403, 404, 409, 413, 422]).toContain(status)
  expect(text).not.toContain('—')
  expect(served.problems).toEqual([])
  expect(served.witness.parts.states.get('log.example.org/a')?.size).toBe(40)
}

const piece = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '\n',
    '\n\n',
    ' ',
    'old ',
    '— ',
    '=',
    '\0',
    '0',
    '-1',
    '1e9',
    '\r',
    '\u00a0',
    '\ud800',
    'A'.repeat(4000),
  ),
)

describe('the parser behind the server', () => {
  property.prop([fc.string({ unit: 'binary', maxLength: 400 })], { numRuns: 200 })('survives anything', survives)

  property.prop([fc.nat(), fc.nat({ max: 30 }), piece], { numRuns: 300 })(
    'survives a request with something else in its middle',
    async (at, remove, insert) => {
      const from = at % honest.length
      const body = `${honest.slice(0, from)}${insert}${honest.slice(from + remove)}`
      fc.pre(body !== honest)
      // A further line after the log's signature is somebody else's business, as the specification has it.
      fc.pre(!body.startsWith(honest))
      await survives(body)
    },
  )

  property.prop([fc.array(fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), { maxLength: 14 })], { numRuns: 150 })(
    'survives the lines of an honest request in another order',
    async (order) => {
      const lines = honest.split('\n')
      const body = order.map((i) => lines[i] ?? '').join('\n')
      fc.pre(`${body}\n` !== honest && body !== honest)
      await survives(`${body}\n`)
    },
  )
})
