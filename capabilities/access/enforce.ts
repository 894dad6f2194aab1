import { prepareCluster, prepareSchema } from '../../connectors/postgres/acting/prepare.ts'
import { addressOf } from '../../connectors/postgres/address.ts'
import { postgresActor } from '../../connectors/postgres/apply.ts'
import type { Actor } from '../../kernel/act/actor.ts'

/** Where and as whom somebody acts on a PostgreSQL cluster. */
export type ActsOnPostgres = Parameters<typeof postgresActor>[0]

/** Whoever acts on a PostgreSQL cluster. */
export const actsOnPostgres = (options: ActsOnPostgres): Actor => postgresActor(options)

/** What a superuser runs once on a cluster and in a database. */
export const prepareStatements = (wanted: {
  readonly version: number
  readonly password: string
  readonly database: string
  readonly schema: string
  readonly owner: string
}): readonly string[] => [
  ...prepareCluster(wanted.version, wanted.password),
  ...prepareSchema(wanted.database, wanted.schema, wanted.owner),
]

/** Host, port and database of a connection. @throws {BergfriedError} `collect.unreachable` */
export function postgresAddress(connection: string, system: string) {
  const { host, port, database } = addressOf(connection, system)
  return { host, port, database }
}
