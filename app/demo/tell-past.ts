import { seedDemo } from '../../demo/seed.ts'
import { instantsOfStory } from '../../demo/story.ts'
import type { Config } from '../../kernel/config/config.ts'
import { openDatabase } from '../../kernel/db/database.ts'
import type { EmbeddedCluster } from '../../kernel/db/embedded.ts'
import type { OpenedDatabase } from '../database-start.ts'
import { type Claim, markReady } from './claim-house.ts'
import { demoHouse } from './demo-house.ts'
import { streetOf } from './street.ts'

const WRITERS = ['bf_collect', 'bf_judge', 'bf_desk'] as const

/**
 * Tells the past of a demo and says that it is told. While it does, commits do not wait for the disk, which would take
 * longer than the telling; the end waits for everything. A past that breaks off is never used.
 */
export async function tellPast(
  opened: OpenedDatabase & { readonly embedded: EmbeddedCluster },
  config: Config,
  claim: Claim,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const owner = opened.database.stage('bf_owner')
  for (const role of WRITERS) await owner.query(`alter role ${role} in database bergfried set synchronous_commit = off`)
  const { socketFolder, secrets } = opened.embedded
  const database = openDatabase({ socketFolder, secrets, database: 'bergfried' })
  try {
    const [first = claim.madeAt] = instantsOfStory(claim.madeAt)
    const house = await demoHouse({ ...opened, database }, config, { now: () => first }, claim.madeAt)
    await seedDemo({ ...house, street: (clock) => streetOf(house, clock) }, { now: claim.madeAt, onProgress })
  } finally {
    await database.close()
  }
  for (const role of WRITERS) await owner.query(`alter role ${role} in database bergfried reset synchronous_commit`)
  await owner.query('analyze')
  await owner.query('checkpoint')
  await markReady(owner, claim.madeAt)
}
