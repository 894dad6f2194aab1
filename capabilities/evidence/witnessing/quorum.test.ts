import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cosign, verifyWitnessed } from '../../../engines/tlog/cosignature.ts'
import { COSIGNATURE_ED25519, formatVerifierKey, parseVerifierKey } from '../../../engines/tlog/note.ts'
import { signer } from '../../../engines/tlog/testing/signers.ts'
import { makeWitness, type SpawnedWitness, type WitnessHome } from '../../../witness/testing/spawn-witness.ts'
import { TestLog } from '../../../witness/testing/test-log.ts'
import { openWitnessing } from './open-witnessing.ts'
import { type FalseWitness, falseWitness } from './testing/false-witness.ts'

/** Two honest witnesses in processes of their own, one that was killed, one that never answers, one that lies. */
const NAMES = ['honest-1', 'honest-2', 'dead'].map((name) => `${name}.example.org`)
const log = new TestLog('log.example.org/a').grow(10)
const liar = signer('liar.example.org', COSIGNATURE_ED25519, 4)
const liarKey = signer('liar.example.org', COSIGNATURE_ED25519, 3).key
const slowKey = signer('slow.example.org', COSIGNATURE_ED25519, 2).key
const homes: WitnessHome[] = []
const running: SpawnedWitness[] = []
const others: FalseWitness[] = []
let witnesses: { verifierKey: string; url: string }[] = []

beforeAll(async () => {
  for (const name of NAMES) {
    const home = await makeWitness(name, log.verifierKey)
    homes.push(home)
    running.push(await home.run())
  }
  await running[2]?.end('SIGKILL')
  const slow = await falseWitness(() => undefined)
  const lying = await falseWitness(async (response) => void response.end(await cosign(await log.note(), liar, 1)))
  others.push(slow, lying)
  witnesses = [
    ...homes.map(({ verifierKey }, i) => ({ verifierKey, url: running[i]?.url ?? '' })),
    { verifierKey: formatVerifierKey(slowKey), url: slow.url },
    { verifierKey: formatVerifierKey(liarKey), url: lying.url },
  ]
})
afterAll(async () => {
  await Promise.all(running.map((witness) => witness.end()))
  await Promise.all(homes.map((home) => home.remove()))
  await Promise.all(others.map((other) => other[Symbol.asyncDispose]()))
})

describe('two honest witnesses among five', () => {
  it('are enough for a quorum of two, and not for one of three', async () => {
    const witnessing = openWitnessing({ witnesses, timeoutMs: 2_000 })
    const result = await witnessing.cosign(await log.note(), log.size, (old) => log.proof(old))
    expect(result.cosigned).toEqual(['honest-1.example.org', 'honest-2.example.org'])
    expect(result.refused.map(({ witness, reason }) => `${witness} ${reason}`)).toEqual([
      'dead.example.org cannot be reached (ECONNREFUSED)',
      'slow.example.org no whole answer within 2 s',
      'liar.example.org its answer is not signed with the configured key',
    ])
    const policy = { log: log.signer.key, witnesses: witnesses.map((w) => parseVerifierKey(w.verifierKey)) }
    expect((await verifyWitnessed(result.note, { ...policy, quorum: 2 })).cosigners).toHaveLength(2)
    await expect(verifyWitnessed(result.note, { ...policy, quorum: 3 })).rejects.toMatchObject({ code: 'quorum' })
  })
})
