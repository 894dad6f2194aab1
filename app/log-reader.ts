import { openLogFolder } from '../capabilities/evidence/export/open-log.ts'
import type { PublishedLog } from '../capabilities/evidence/export/published-log.ts'
import { openS3Store } from '../capabilities/evidence/log/s3-store.ts'
import type { Environment } from '../kernel/config/environment.ts'
import { readSecret } from '../kernel/config/secrets.ts'
import { logFolder } from './data-folder.ts'
import type { House } from './house.ts'

/**
 * The log of a house for reading, wherever it lies; the server may be writing it. Whose it is stands in the folder of the log,
 * also where its files are elsewhere.
 *
 * @throws {BergfriedError} `evidence.not_sealed` where no log was begun, `evidence.store`
 */
export async function openLogReader(house: Pick<House, 'config' | 'clock'>, env: Environment): Promise<PublishedLog> {
  const here = await openLogFolder(logFolder(house.config, env))
  const { s3 } = house.config.evidence
  if (s3 === null) return here
  const store = await openS3Store({
    ...s3,
    secretKey: await readSecret(s3.secretKey, s3.bucket, env),
    clock: house.clock,
  })
  return { identity: here.identity, read: (path) => store.read(path) }
}
