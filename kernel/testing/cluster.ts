import { randomBytes } from 'node:crypto'
import { FACTS } from '../../facts/kinds.ts'
import { type Database, openDatabase } from '../db/database.ts'
import type { RoleSecrets } from '../db/secrets-file.ts'

/** The cluster that global-setup.ts started for the whole run; the same for every worker. */
export interface TestCluster {
  readonly socketFolder: string
  readonly secrets: RoleSecrets
}

export const TEMPLATE = 'bergfried_template'

export interface TestDatabase extends Database {
  readonly name: string
}

/** A database of its own for one test file, copied from the migrated template. Dropped by `close`. */
export async function testDatabase(): Promise<TestDatabase> {
  const cluster = JSON.parse(process.env['BERGFRIED_TEST_CLUSTER'] ?? 'null') as TestCluster | null
  if (cluster === null) throw new Error('app/testing/global-setup.ts did not run')
  const name = `t_${randomBytes(8).toString('hex')}`
  const admin = openDatabase({ ...cluster, database: 'postgres' })
  await admin.stage('bf_owner').query(`create database ${name} template ${TEMPLATE} strategy file_copy`)
  const database = openDatabase({ ...cluster, database: name })
  return {
    ...database,
    name,
    close: async () => {
      await database.close()
      await admin.stage('bf_owner').query(`drop database ${name} with (force)`)
      await admin.close()
    },
  }
}

/** Empties everything, for the next test in the same file. Only tests can: the product has no right to. */
export async function wipe(database: Database): Promise<void> {
  const facts = [...FACTS.keys()].map((kind) => `fact.${kind}`).join(', ')
  await database.stage('bf_owner').query(
    `truncate ${facts}, collect.collection, collect.pulse, finding.verdict_row, finding.judgement, finding.control_state,
         evidence.entry, evidence.subject, desk.system, desk.exception, desk.exception_end, desk.attestation, desk.organisation,
         identity.person, identity.ceremony, identity.link, identity.attempt restart identity cascade`,
  )
}
