import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { fromUtf8 } from '../../../engines/tlog/bytes.ts'
import { verifyWitnessed } from '../../../engines/tlog/cosignature.ts'
import { parseVerifierKey } from '../../../engines/tlog/note.ts'
import { systemClock } from '../../../kernel/clock/clock.ts'
import { wipe } from '../../../kernel/testing/cluster.ts'
import { testCheckpointSigner } from '../../../kernel/testing/test-signer.ts'
import { makeWitness, type SpawnedWitness, type WitnessHome } from '../../../witness/testing/spawn-witness.ts'
import { openPosixStore } from '../log/posix-store.ts'
import { startSealer } from '../seal/run-sealer.ts'
import { sealerStage } from '../seal/testing/sealer-stage.ts'
import { openWitnessing } from './open-witnessing.ts'

const stage = sealerStage()
const { origin, verifierKey } = testCheckpointSigner()
const homes: WitnessHome[] = []
const running: SpawnedWitness[] = []

beforeAll(async () => {
  for (const name of ['w1.example.org', 'w2.example.net']) {
    const home = await makeWitness(name, verifierKey)
    homes.push(home)
    running.push(await home.run())
  }
})
afterAll(async () => {
  await Promise.all(running.map((witness) => witness.end()))
  await Promise.all(homes.map((home) => home.remove()))
})

/** The log of this server, in a new folder and with a keeper that knows nothing, as whoever owns the machine can have it. */
async function startLog() {
  const folder = await mkdtemp(join(tmpdir(), 'bergfried-log-'))
  const witnesses = homes.map((home, i) => ({ verifierKey: home.verifierKey, url: running[i]?.url ?? '' }))
  const store = await openPosixStore(folder)
  const sealer = await startSealer({
    pool: stage.db.stage('bf_seal'),
    store,
    signer: testCheckpointSigner(),
    identity: { origin, verifierKey, witnesses, quorum: 2 },
    witnessing: openWitnessing({ witnesses, timeoutMs: 10_000 }),
    clock: systemClock,
    onProblem: () => undefined,
    pollMs: 3_600_000,
  })
  const close = async () => {
    await sealer.stop()
    await store.close()
    await rm(folder, { recursive: true })
  }
  onTestFinished(close)
  return sealer
}

it('what two witnesses confirmed cannot be replaced, not even by whoever owns the server, its database and its key', async () => {
  await stage.write(30)
  const first = await startLog()
  await first.sealNow()
  await stage.write(270, 'more')
  await first.sealNow()
  const published = fromUtf8((await first.log.read('checkpoint')) ?? new Uint8Array())
  const keys = homes.map((home) => parseVerifierKey(home.verifierKey))
  const policy = { log: parseVerifierKey(verifierKey), witnesses: keys, quorum: 2 }
  expect((await verifyWitnessed(published, policy)).checkpoint.size).toBe(300)
  await first.stop()

  await wipe(stage.db)
  await stage.write(200, 'another past')
  const second = await startLog()
  const alarms = async () => (await second.log.status()).refused.map(({ reason }) => reason)
  await second.sealNow()
  expect(await alarms()).toEqual(Array(2).fill(expect.stringMatching(/^ANOTHER HISTORY: it has confirmed 300 entries/)))
  await stage.write(200, 'another past')
  await second.sealNow()
  expect(await alarms()).toEqual(Array(2).fill(expect.stringMatching(/^ANOTHER HISTORY: what it confirmed before/)))
  // Signed, and yet nobody ever sees it.
  expect(await second.log.status()).toMatchObject({ sealed: 0, pending: 400 })
  for (const { url } of running) {
    const report = await (await fetch(url, { headers: { accept: 'application/json' } })).json()
    expect(report).toMatchObject({ logs: [{ origin, size: 300 }], conflicts: [{ kind: 'unproved', origin }] })
  }
})
