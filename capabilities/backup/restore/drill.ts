import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import type { Identity } from '../../../engines/age/x25519.ts'
import type { Clock } from '../../../kernel/clock/clock.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { Manifest } from '../contract.ts'
import type { BackupStore } from '../store/backup-store.ts'
import { globalsOf, type Restored, restoreInto, type Target } from './restore-into.ts'
import { type ScratchCluster, startScratch } from './scratch-cluster.ts'

export interface DrillWork {
  readonly store: BackupStore
  readonly manifest: Manifest
  readonly identities: readonly Identity[]
  readonly folder: string
  readonly asUser: { readonly uid: number; readonly gid: number } | null
  /** The bundled server, for where none of the version of the backup is installed. */
  readonly bundled: () => Promise<{ readonly bin: string; readonly major: number }>
  readonly connect: (uri: string, password: string) => Target['connect']
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onBytes?: (done: number, total: number) => void
}

export interface DrillResult extends Restored {
  /** From nothing to restored and compared. */
  readonly recoverySeconds: number
  /** How old the restored data was when the drill began. */
  readonly recoveryPointSeconds: number
  /** Major version that it was restored into. */
  readonly server: number
}

/** Restores a backup into a cluster of its own that goes away afterwards, and measures it. @throws {BergfriedError} */
export async function runDrill(work: DrillWork): Promise<DrillResult> {
  const { store, manifest, identities, clock, signal } = work
  const began = clock.now().getTime()
  const { bin, major } = await serverFor(manifest.server, work.bundled)
  const cluster = await startScratch({ binaries: bin, folder: work.folder, asUser: work.asUser, signal })
  try {
    await prepare(cluster, await globalsOf(store, manifest, identities))
    const uri = cluster.uri('restored')
    const target: Target = {
      uri,
      environment: async () => ({ PGPASSWORD: cluster.password }),
      connect: work.connect(uri, cluster.password),
    }
    const restored = await restoreInto(store, manifest, identities, target, signal, work.onBytes)
    return {
      ...restored,
      recoverySeconds: (clock.now().getTime() - began) / 1000,
      recoveryPointSeconds: Math.max(0, (began - Date.parse(manifest.takenAt)) / 1000),
      server: major,
    }
  } finally {
    await cluster.stop()
  }
}

/** A server of the same major version where there is one, else the oldest newer one. */
async function serverFor(major: number, bundled: DrillWork['bundled']): Promise<{ bin: string; major: number }> {
  const versions = await readdir('/usr/lib/postgresql').catch((): string[] => [])
  const found: { bin: string; major: number }[] = []
  for (const version of versions.map(Number).filter((n) => Number.isInteger(n) && n >= major)) {
    const bin = join('/usr/lib/postgresql', String(version), 'bin')
    if ((await readdir(bin).catch((): string[] => [])).includes('initdb')) found.push({ bin, major: version })
  }
  const fitting = found.sort((a, b) => a.major - b.major)[0]
  if (fitting !== undefined) return fitting
  const own = await bundled()
  if (own.major >= major) return own
  throw new BergfriedError('backup.no_program', { program: 'postgres', version: major })
}

const DUPLICATE_OBJECT = '42710'

async function prepare(cluster: ScratchCluster, globals: readonly string[]): Promise<void> {
  const client = new pg.Client({
    host: cluster.sockets,
    user: 'postgres',
    password: cluster.password,
    database: 'postgres',
    ssl: false,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    for (const statement of globals) {
      await client.query(statement).catch((error: { code?: string }) => {
        if (error.code !== DUPLICATE_OBJECT) throw error
      })
    }
    await client.query(`create database restored template template0 encoding 'UTF8'`)
  } catch (error) {
    const { message } = error as Error
    throw new BergfriedError('backup.dump', { program: 'restore', reason: message.slice(0, 300) }, { cause: error })
  } finally {
    await client.end().catch(() => undefined)
  }
}
