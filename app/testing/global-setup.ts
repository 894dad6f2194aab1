import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../../kernel/db/database.ts'
import { startEmbedded } from '../../kernel/db/embedded.ts'
import { migrate } from '../../kernel/db/migrate.ts'
import { TEMPLATE } from '../../kernel/testing/cluster.ts'
import { MIGRATIONS } from '../migrations.generated.ts'

/** One PostgreSQL for the whole run, in a folder of its own, with a migrated template database. */
export async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'bergfried-test-'))
  const cluster = await startEmbedded(folder)
  const { socketFolder, secrets } = cluster
  const admin = openDatabase({ socketFolder, secrets, database: 'postgres' })
  await admin.stage('bf_owner').query(`create database ${TEMPLATE}`)
  await admin.close()
  const template = openDatabase({ socketFolder, secrets, database: TEMPLATE })
  await migrate(template.stage('bf_owner'), MIGRATIONS, secrets)
  await template.close()
  process.env['BERGFRIED_TEST_CLUSTER'] = JSON.stringify({ socketFolder, secrets })
  return async () => {
    await cluster.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
