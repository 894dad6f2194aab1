import { localTransport } from '../connectors/host/local-transport.ts'
import { postgresReader } from '../connectors/postgres/reader.ts'
import type { Targets } from '../kernel/collect/connector.ts'
import type { SystemConfig } from '../kernel/config/config.ts'
import type { Environment } from '../kernel/config/environment.ts'
import { readSecret } from '../kernel/config/secrets.ts'
import type { EmbeddedCluster } from '../kernel/db/embedded.ts'

/** What the connectors of a configured system look at. Secrets are read when a connection is made, and kept nowhere. */
export function targetOf(system: SystemConfig, env: Environment, signal?: AbortSignal): Targets[keyof Targets] {
  switch (system.kind) {
    case 'host':
      return {
        transport: localTransport(signal === undefined ? {} : { signal }),
        canaries: system.canaries ?? [],
      }
    case 'postgres':
      return {
        fields: system.fields ?? [],
        connect: async (database) => {
          const password = system.password === null ? undefined : await readSecret(system.password, system.name, env)
          return postgresReader({
            system: system.name,
            connectionString: system.connection,
            ...(password === undefined ? {} : { password }),
            ...(database === undefined ? {} : { database }),
            ...(signal === undefined ? {} : { signal }),
          })
        },
      }
    case 'endpoint':
      return {
        address: system.address,
        purpose: system.purpose,
        caFile: system.ca,
      }
  }
}

/** The bundled cluster by its socket, as its owner: only a superuser sees the state of passwords and pg_hba.conf. */
export function ownDatabaseTarget(system: string, cluster: EmbeddedCluster): Targets['postgres'] {
  const connectionString = `postgres://bf_owner@/postgres?host=${encodeURIComponent(cluster.socketFolder)}`
  return {
    connect: async (database) =>
      postgresReader({
        system,
        connectionString,
        password: cluster.secrets.bf_owner,
        ...(database === undefined ? {} : { database }),
      }),
  }
}
