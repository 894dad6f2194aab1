import { mkdir } from 'node:fs/promises'
import { writeIdentity } from '../capabilities/evidence/export/open-log.ts'
import type { LogStore } from '../capabilities/evidence/log/log-store.ts'
import { openPosixStore } from '../capabilities/evidence/log/posix-store.ts'
import { openS3Store } from '../capabilities/evidence/log/s3-store.ts'
import { type RunningSealer, startSealer } from '../capabilities/evidence/seal/run-sealer.ts'
import { openWitnessing } from '../capabilities/evidence/witnessing/open-witnessing.ts'
import type { Environment } from '../kernel/config/environment.ts'
import { readSecret } from '../kernel/config/secrets.ts'
import { logFolder } from './data-folder.ts'
import type { House } from './house.ts'
import { keeperInput } from './keeper/from-config.ts'
import { startKeeper } from './keeper/supervise.ts'

/** The transparency log at work: keeper, store and sealer. */
export interface RunningEvidence extends Pick<RunningSealer, 'log' | 'sealNow'> {
  /** Absolute path of the keeper's socket. */
  readonly keeperSocket: string
  stop(): Promise<void>
}

/** Longest wait for one witness. */
const WITNESS_TIMEOUT_MS = 10_000

/**
 * Starts the keeper, opens the store of the log, and seals what was committed from then on.
 *
 * @throws {BergfriedError} `keeper.unsafe`, `keeper.refused`, `evidence.origin_changed`, `evidence.locked`, `evidence.store`
 */
export async function startEvidence(
  house: House,
  env: Environment,
  onProblem: (where: string, error: unknown) => void,
  onPublished: (size: number, at: Date) => void = () => undefined,
): Promise<RunningEvidence> {
  const { config } = house
  const keeper = await startKeeper({
    ...(await keeperInput(config, env)),
    onProblem: (error) => onProblem('keeper', error),
  })
  let store: LogStore | null = null
  try {
    const { witnesses, quorum } = config.evidence
    const { signer } = keeper
    store = await openStore(house, env)
    const identity = { origin: signer.origin, verifierKey: signer.verifierKey, witnesses, quorum }
    // Commands that only read the log learn here whose it is.
    await mkdir(logFolder(config, env), { recursive: true, mode: 0o750 })
    await writeIdentity(logFolder(config, env), identity)
    const sealer = await startSealer({
      pool: house.database.stage('bf_seal'),
      store,
      signer,
      identity,
      witnessing: witnesses.length === 0 ? null : openWitnessing({ witnesses, timeoutMs: WITNESS_TIMEOUT_MS }),
      clock: house.clock,
      onProblem: (error) => onProblem('seal', error),
      onPublished,
    })
    const opened = store
    return {
      log: sealer.log,
      keeperSocket: keeper.socket,
      sealNow: () => sealer.sealNow(),
      stop: async () => {
        await sealer.stop()
        await opened.close()
        await keeper.stop()
      },
    }
  } catch (error) {
    await store?.close()
    await keeper.stop()
    throw error
  }
}

async function openStore(house: House, env: Environment): Promise<LogStore> {
  const { s3 } = house.config.evidence
  if (s3 === null) return openPosixStore(logFolder(house.config, env))
  return openS3Store({ ...s3, secretKey: await readSecret(s3.secretKey, s3.bucket, env), clock: house.clock })
}
