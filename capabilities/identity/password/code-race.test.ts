import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { doorwayOf } from '../doorway.ts'
import { checkPasskey } from '../passkey/sign-in-with-passkey.ts'
import { codeOf, type IdentityStage, identityStage, PASSWORD, type Somebody, setUp } from '../testing/identity-stage.ts'
import { slowDatabase } from '../testing/slow-stage.ts'
import { checkPassword } from './sign-in-with-password.ts'

let stage: IdentityStage
beforeAll(async () => {
  stage = await identityStage()
})
afterAll(() => stage.end())
beforeEach(() => stage.wipe())

const slowDoor = (after: RegExp) => doorwayOf({ ...stage.deps, database: slowDatabase(stage.db, after) })
async function outcomes(tries: readonly Promise<string>[]): Promise<string[]> {
  const all = await Promise.allSettled(tries)
  return all.map((one) => (one.status === 'fulfilled' ? 'in' : String((one.reason as { code?: string }).code))).sort()
}

it.each([
  ['a one-time code', (owner: Somebody) => codeOf(stage, owner.secret), /from identity\.totp/],
  ['a recovery code', (owner: Somebody) => owner.recoveryCodes[0] ?? '', /identity\.totp/],
])('%s lets one in, though two look before either writes', async (_, codeFor, after) => {
  const owner = await setUp(stage, 'password')
  stage.clock.advance(30_000)
  const door = slowDoor(after)
  const tried = { login: owner.login, password: PASSWORD, code: codeFor(owner) }
  const all = [checkPassword(door, tried), checkPassword(door, tried)]
  expect(await outcomes(all)).toEqual(['identity.refused', 'in'])
})

it('a counter lets one in, though two look before either writes', async () => {
  const owner = await setUp(stage)
  const door = slowDoor(/from identity\.passkey/)
  const answers = []
  for (let n = 0; n < 2; n++) {
    const { body } = await stage.browser().post('/api/sign-in/passkey/options')
    const { ceremony, options } = body as { ceremony: string; options: object }
    answers.push({ ceremony, credential: owner.authenticator.get(options, { counter: 7 }) })
  }
  expect(await outcomes(answers.map((answer) => checkPasskey(door, answer)))).toEqual(['identity.refused', 'in'])
})
