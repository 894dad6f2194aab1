import { describe, expect, it } from 'vitest'
import { testCheckpointSigner } from '../../../kernel/testing/test-signer.ts'
import { openPosixReader, openPosixStore } from '../log/posix-store.ts'
import { Crash, CrashDisk, type Fault, seeded } from '../log/testing/crash-disk.ts'
import { checkLog, GROWTH, grow, type World } from './testing/crash-scenario.ts'

const END = GROWTH.at(-1) ?? 0
const FOLDER = '/data/log'

/** A keeper is another machine: what it remembers survives. It notes every root that it signed, by size. */
function witnessedSigner() {
  const signer = testCheckpointSigner()
  const roots = new Map<number, string>()
  const sign: typeof signer.sign = async (growth) => {
    const note = await signer.sign(growth)
    const root = Buffer.from(growth.newRoot).toString('hex')
    if ((roots.get(growth.newSize) ?? root) !== root) throw new Error(`a fork at ${growth.newSize}`)
    roots.set(growth.newSize, root)
    return note
  }
  return { ...signer, last: signer.last, sign }
}

/** Runs until all is sealed or the disk is gone. */
async function run(disk: CrashDisk, signer: ReturnType<typeof witnessedSigner>, world: World): Promise<void> {
  try {
    const store = await openPosixStore(FOLDER, { files: disk.layer, settleAfterBytes: 60_000, aheadBytes: 5000 })
    await grow(store, signer, world)
    await store.close()
  } catch (error) {
    if (!isCrash(error)) throw error
  }
}

const begin = (): World => ({ committed: 0, acknowledged: 0 })

const isCrash = (error: unknown): boolean =>
  error instanceof Crash || (error instanceof Error && error.cause instanceof Crash)

/** What an unharmed run takes. */
async function stepsOf(): Promise<number> {
  const disk = new CrashDisk(seeded(1))
  const world = begin()
  await run(disk, witnessedSigner(), world)
  expect(world.acknowledged).toBe(END)
  expect(disk.steps).toBeGreaterThan(167)
  return disk.steps
}

/** Six times every step: over 1,000 deaths, and as many second ones. */
describe('a sealer whose machine dies at any step', { timeout: 120_000 }, () => {
  it.each([{ how: 'kill -9', seed: 1 }, ...[2, 3, 4, 5, 6].map((seed) => ({ how: 'loss of power', seed }))])(
    'loses nothing that was acknowledged and forks nothing ($how, $seed)',
    async ({ how, seed }) => {
      const steps = await stepsOf()
      for (let step = 0; step < steps; step++) {
        const disk = new CrashDisk(seeded(seed * 100_003 + step))
        disk.fault = { step, kind: 'crash' }
        const [signer, world] = [witnessedSigner(), begin()]
        await run(disk, signer, world)
        const after = how === 'kill -9' ? disk.afterKill() : disk.afterPowerLoss()
        // Dies a second time, while it repairs what the first death left.
        after.fault = { step: step % 23, kind: 'crash' }
        await run(after, signer, world)
        const last = how === 'kill -9' ? after.afterKill() : after.afterPowerLoss()
        const store = await openPosixStore(FOLDER, { files: last.layer })
        expect(await checkLog(store, signer.verifierKey), `step ${step}`).toBeGreaterThanOrEqual(world.acknowledged)
        await checkLog(store, signer.verifierKey, 'pending')
        await grow(store, signer, world)
        expect(await checkLog(store, signer.verifierKey), `step ${step}`).toBe(END)
        await store.close()
      }
    },
  )
})

describe('a disk that refuses', { timeout: 120_000 }, () => {
  it.each<Fault['kind']>(['ENOSPC', 'EIO', 'short'])(
    '%s at any step: told, nothing lost, and it goes on',
    async (kind) => {
      const steps = await stepsOf()
      for (let step = 0; step < steps; step += 5) {
        const disk = new CrashDisk(seeded(step))
        const [signer, world] = [witnessedSigner(), begin()]
        disk.fault = { step, kind }
        for (let attempt = 0; world.acknowledged < END; attempt++) {
          if (attempt > 3) throw new Error(`does not recover from ${kind} at step ${step}`)
          const store = await openPosixStore(FOLDER, {
            files: disk.layer,
            settleAfterBytes: 60_000,
            aheadBytes: 5000,
          }).catch(refusal)
          if (store === null) continue
          await grow(store, signer, world).catch(refusal)
          await store.close().catch(refusal)
        }
        expect(await checkLog(openPosixReader(FOLDER, disk.layer), signer.verifierKey)).toBe(END)
      }
    },
  )
})

function refusal(error: unknown): null {
  expect(error).toMatchObject({ code: 'evidence.store' })
  return null
}
