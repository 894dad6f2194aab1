import { type Database, openDatabase } from '../kernel/db/database.ts'
import { type EmbeddedCluster, startEmbedded } from '../kernel/db/embedded.ts'
import { migrate } from '../kernel/db/migrate.ts'
import { ROLES, type RoleSecrets } from '../kernel/db/secrets-file.ts'
import { BergfriedError } from '../kernel/errors.ts'
import { MIGRATIONS } from './migrations.generated.ts'

export interface OpenedDatabase {
  readonly database: Database
  /** Null on a foreign server. */
  readonly embedded: EmbeddedCluster | null
  /** Opens another database of the same server, for scratch work. The caller closes it. */
  readonly scratch: (name: string) => Promise<Database>
  close(): Promise<void>
}

/**
 * Starts or joins the database and brings its schema up to date.
 *
 * @param url - a foreign server; null: the bundled one on `folder`
 */
export async function startDatabase(folder: string, url: string | null): Promise<OpenedDatabase> {
  if (url !== null) {
    const database = openDatabase({ url })
    await migrate(database.stage('bf_owner'), MIGRATIONS, null)
    const scratch = async () => {
      throw new BergfriedError('drill.no_sandbox', { drill: '*', needs: 'PostgreSQL (bundled, without DATABASE_URL)' })
    }
    return { database, embedded: null, scratch, close: () => database.close() }
  }
  const embedded = await startEmbedded(folder)
  const { socketFolder, secrets } = embedded
  try {
    const database = await openOwn(socketFolder, secrets, 'bergfried')
    return {
      database,
      embedded,
      scratch: async (name) => {
        const admin = openDatabase({ socketFolder, secrets, database: 'postgres' })
        await admin.stage('bf_owner').query(`drop database if exists ${name} with (force)`)
        await admin.close()
        const made = await openOwn(socketFolder, secrets, name)
        return {
          stage: made.stage,
          close: async () => {
            await made.close()
            const end = openDatabase({ socketFolder, secrets, database: 'postgres' })
            await end.stage('bf_owner').query(`drop database if exists ${name} with (force)`)
            await end.close()
          },
        }
      },
      close: () => database.close(),
    }
  } catch (error) {
    if (embedded.started) await embedded.stop()
    throw error
  }
}

async function openOwn(socketFolder: string, secrets: RoleSecrets, name: string): Promise<Database> {
  const database = openDatabase({ socketFolder, secrets, database: name })
  const owner = database.stage('bf_owner')
  try {
    await owner.query('select 1')
  } catch {
    const admin = openDatabase({ socketFolder, secrets, database: 'postgres' })
    const [there] = await admin.stage('bf_owner').query('select from pg_database where datname = $1', [name])
    if (there === undefined) {
      await admin.stage('bf_owner').query(`create database ${name}`)
      for (const open of [name, 'postgres', 'template1']) {
        await admin.stage('bf_owner').query(`revoke connect, temporary on database ${open} from public`)
      }
    }
    await admin.close()
  }
  await migrate(owner, MIGRATIONS, secrets)
  const stages = ROLES.filter((role) => role !== 'bf_owner').join(', ')
  await owner.query(`grant connect on database ${name} to ${stages}`)
  return database
}
