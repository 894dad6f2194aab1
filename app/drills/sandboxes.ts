import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { localTransport } from '../../connectors/host/local-transport.ts'
import { postgresReader } from '../../connectors/postgres/reader.ts'
import type { Targets } from '../../kernel/collect/connector.ts'
import { prepareRuntime } from '../../kernel/db/runtime.ts'
import { serverUser } from '../../kernel/db/server-user.ts'
import { GOOD_CANARIES, GOOD_FIELDS } from '../../kernel/drill/good-postgres.ts'
import { startSandboxEndpoint } from '../../kernel/drill/sandbox-endpoint.ts'
import { startSandboxHost } from '../../kernel/drill/sandbox-host.ts'
import { startSandboxPostgres } from '../../kernel/drill/sandbox-postgres.ts'

export interface Sandbox {
  readonly kind: 'host' | 'postgres' | 'endpoint'
  /** What a drill is handed. */
  readonly handle: unknown
  /** What the connectors are pointed at. */
  readonly target: Targets[keyof Targets]
  readonly labels: readonly { label: string; value: string }[]
  /** What this sandbox has of root, netns, sshd, nft. */
  readonly has: ReadonlySet<string>
  stop(): Promise<void>
}

/** Starts a throw-away system of a kind, in a folder of its own that `stop` removes. */
export async function startSandbox(kind: Sandbox['kind']): Promise<Sandbox> {
  const folder = await mkdtemp(join(tmpdir(), `bergfried-sandbox-${kind}-`))
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    const sandbox = await { host: hostSandbox, postgres: postgresSandbox, endpoint: endpointSandbox }[kind](folder)
    return {
      ...sandbox,
      stop: async () => {
        await sandbox.stop()
        await remove()
      },
    }
  } catch (error) {
    await remove()
    throw error
  }
}

async function hostSandbox(folder: string): Promise<Sandbox> {
  const host = await startSandboxHost({ folder })
  const transport = localTransport({ root: host.root, ...(host.netnsPid === null ? {} : { netnsPid: host.netnsPid }) })
  const has = new Set<string>()
  if (process.getuid?.() === 0) has.add('root')
  if (host.netnsPid !== null) has.add('netns')
  if ((await transport.run('sshd', ['-V'])) !== null) has.add('sshd')
  if (host.netnsPid !== null && (await transport.run('nft', ['--version'])) !== null) has.add('nft')
  return {
    kind: 'host',
    handle: host,
    target: { transport, canaries: GOOD_CANARIES },
    labels: [],
    has,
    stop: () => host.stop(),
  }
}

async function postgresSandbox(folder: string): Promise<Sandbox> {
  const user = await serverUser()
  if (process.getuid?.() === 0) await chown(folder, user.uid, user.gid)
  const runtime = await prepareRuntime(join(folder, 'runtime'))
  await mkdir(join(folder, 'cluster'), { recursive: true, mode: 0o700 })
  const cluster = await startSandboxPostgres({
    binaries: runtime.bin,
    folder: join(folder, 'cluster'),
    ...(process.getuid?.() === 0 ? { asUser: user } : {}),
  })
  return {
    kind: 'postgres',
    handle: cluster,
    target: {
      fields: GOOD_FIELDS,
      connect: async (database) =>
        postgresReader({
          system: 'sandbox',
          connectionString: cluster.connectionString,
          ...(database === undefined ? {} : { database }),
        }),
    },
    labels: [],
    has: new Set(),
    stop: () => cluster.stop(),
  }
}

async function endpointSandbox(folder: string): Promise<Sandbox> {
  const endpoint = await startSandboxEndpoint({ folder })
  return {
    kind: 'endpoint',
    handle: endpoint,
    target: { address: endpoint.address, purpose: 'https', caFile: endpoint.caFile, connectTo: endpoint.connectTo },
    labels: [],
    has: new Set(),
    stop: () => endpoint.stop(),
  }
}
