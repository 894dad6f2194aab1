import { join, resolve } from 'node:path'
import type { Clock } from '../../kernel/clock/clock.ts'
import { type Config, parseConfig } from '../../kernel/config/config.ts'
import type { Environment } from '../../kernel/config/environment.ts'
import { openDatabase } from '../../kernel/db/database.ts'
import type { EmbeddedCluster } from '../../kernel/db/embedded.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import type { Lang } from '../../kernel/i18n/text.ts'
import { dataFolder } from '../data-folder.ts'
import { type OpenedDatabase, startDatabase } from '../database-start.ts'
import type { House } from '../house.ts'
import { type Claim, claimHouse } from './claim-house.ts'
import { demoHouse } from './demo-house.ts'
import { tellPast } from './tell-past.ts'

/** The log of every demo is called so, and nobody can own that name (RFC 2606): what is sealed in it proves nothing. */
export const DEMO_ORIGIN = 'demo.bergfried.invalid/'

export interface DemoInput {
  readonly env: Environment
  readonly clock: Clock
  readonly language: Lang
  readonly listen: Config['listen']
  /** Called while the past is told: how many instants of it are done. Not called where it was told before. */
  readonly onProgress: (done: number, total: number) => void
}

/**
 * Opens the demo: a data folder, a database, a keeper and a log of its own below the usual data folder, and a made-up
 * company in it whose last 90 days are told at the first start. Whatever works on a real house works on this one as it
 * is, because its connectors read the story and its systems have no target.
 *
 * @throws {BergfriedError} `demo.foreign_database`, `demo.is_real`, `data.in_use`, and what opening a database throws
 */
export async function openDemoHouse(input: DemoInput): Promise<House> {
  const { env, clock } = input
  if (env.databaseUrl !== null) throw new BergfriedError('demo.foreign_database')
  const folder = demoFolder(env)
  let opened = await startDatabase(folder, null)
  const { embedded } = opened
  if (embedded === null) throw new Error('the demo has a cluster of its own')
  try {
    return await aloneIn(embedded, folder, async () => {
      let claim = await claimOf(opened, folder, clock)
      if (claim.readyAt === null) {
        if (!claim.fresh) {
          // Begun and not told to its end: nothing of it was shown or sealed, so it is told anew.
          await opened.close()
          await forget(embedded)
          opened = { ...(await startDatabase(folder, null)), embedded }
          claim = await claimOf(opened, folder, clock)
        }
        await tellPast({ ...opened, embedded }, configOf(input, folder, claim), claim, input.onProgress)
      }
      return demoHouse(opened, configOf(input, folder, claim), clock, claim.madeAt)
    })
  } catch (error) {
    await opened.close()
    if (embedded.started) await embedded.stop()
    throw error
  }
}

/** Where the demo lies: below the data folder, never in it. */
export function demoFolder(env: Environment): string {
  return join(dataFolder({ data: env.data === null ? null : resolve(env.data) }, env), 'demo')
}

const claimOf = (opened: OpenedDatabase, folder: string, clock: Clock): Promise<Claim> =>
  claimHouse(opened.database.stage('bf_owner'), { demo: true, at: clock.now(), where: folder })

/** What a configuration would say. None is read: what it says of systems, keys and people is about real ones. */
function configOf({ language, listen }: DemoInput, folder: string, claim: Claim): Config {
  const nothing = parseConfig('{}', join(folder, 'demo.yaml'), language)
  const origin = `${DEMO_ORIGIN}${claim.id.slice(0, 8)}`
  return {
    ...nothing,
    file: null,
    listen,
    data: folder,
    systems: [],
    evidence: { ...nothing.evidence, origin },
  }
}

/** Holds the cluster while the demo is opened, so that two starts do not tell the past at once. */
async function aloneIn<T>(embedded: EmbeddedCluster, folder: string, work: () => Promise<T>): Promise<T> {
  const { socketFolder, secrets } = embedded
  const admin = openDatabase({ socketFolder, secrets, database: 'postgres' })
  try {
    return await admin.stage('bf_owner').session(async (tx) => {
      const [row] = await tx.query<{ got: boolean }>('select pg_try_advisory_lock(7406) as got')
      if (row?.got !== true) throw new BergfriedError('data.in_use', { folder })
      const result = await work()
      await tx.query('select pg_advisory_unlock(7406)')
      return result
    })
  } finally {
    await admin.close()
  }
}

async function forget(embedded: EmbeddedCluster): Promise<void> {
  const { socketFolder, secrets } = embedded
  const admin = openDatabase({ socketFolder, secrets, database: 'postgres' })
  try {
    await admin.stage('bf_owner').query('drop database bergfried with (force)')
  } finally {
    await admin.close()
  }
}
