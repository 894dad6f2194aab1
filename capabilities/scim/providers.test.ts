import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ENTRA } from './testing/entra.ts'
import { OKTA } from './testing/okta.ts'
import { type ScimStage, scimStage } from './testing/scim-stage.ts'
import { play } from './testing/sequence.ts'

let stage: ScimStage
beforeAll(async () => {
  stage = await scimStage()
})
beforeEach(() => stage.wipe())
afterAll(() => stage.end())

describe.each([
  ['Okta', OKTA],
  ['Entra', ENTRA],
])('%s', (_provider, sequences) => {
  it.each(Object.keys(sequences))('%s', async (name) => {
    const steps = sequences[name] ?? []
    expect(steps.length).toBeGreaterThan(1)
    await play(stage, steps)
  })
})
