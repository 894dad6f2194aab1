import { randomUUID } from 'node:crypto'
import { readRecipient } from '../../../engines/age/x25519.ts'
import type { Clock } from '../../../kernel/clock/clock.ts'
import type { PostgresReader } from '../../../kernel/collect/connector.ts'
import type { BackupPlan } from '../../../kernel/config/backup-config.ts'
import type { Contents, Manifest } from '../contract.ts'
import type { BackupStore } from '../store/backup-store.ts'
import { compressed } from './compress.ts'
import { contentsOf, sequencesOf, settle } from './contents.ts'
import { findProgram } from './programs.ts'
import { outputOf, type ProgramCall } from './run-program.ts'
import { storeSealed } from './sealed-writer.ts'
import { dumpedThroughZstd, hasZstd } from './through-zstd.ts'

/** A database as pg_dump and we reach it. */
export interface DatabaseSource {
  /** URI without a password. */
  readonly uri: string
  /** For pg_dump: password, TLS. */
  environment(): Promise<Readonly<Record<string, string>>>
  /** A read-only session. @throws {BergfriedError} `collect.…` */
  connect(signal: AbortSignal): Promise<PostgresReader>
}

export interface BackupWork {
  readonly plan: Pick<BackupPlan, 'name' | 'system' | 'recipients' | 'only' | 'without'>
  readonly source: DatabaseSource
  readonly store: BackupStore
  readonly clock: Clock
  readonly signal: AbortSignal
  /** zstd(1) where it is installed, else what Node.js brings. */
  readonly compressor?: 'program' | 'built-in'
  /** Told of compressed bytes, and of what the database has on its disk. */
  readonly onBytes?: (bytes: number, total: number) => void
}

/**
 * Takes one backup: pg_dump, compression, encryption and store in one stream, with the contents counted in the same snapshot. The
 * manifest is written last: without it there is no backup.
 *
 * @throws {BergfriedError} `backup.…`, `collect.…`; nothing is left in the store
 */
export async function takeBackup(work: BackupWork): Promise<Manifest> {
  const { plan, source, store, clock, signal } = work
  const recipients = plan.recipients.map(readRecipient)
  const takenAt = clock.now()
  const folder = `${plan.name}/${takenAt.toISOString().replaceAll(/[:.]/g, '-')}`
  const reader = await source.connect(signal)
  const stored: string[] = []
  const seal = async (name: string, pieces: AsyncIterable<Buffer>) => {
    const object = await storeSealed(store, `${folder}/${name}`, pieces, recipients)
    stored.push(object.name)
    return object
  }
  try {
    await settle(reader)
    await reader.query('begin isolation level repeatable read read only')
    const [snapshot] = await reader.query<{ id: string; version: number; bytes: number; database: string }>(
      `select pg_export_snapshot() as id, current_setting('server_version_num')::int as version,
         pg_database_size(current_database()) as bytes, current_database()::text as database`,
    )
    if (snapshot === undefined) throw new Error('no snapshot')
    const server = Math.floor(snapshot.version / 10_000)
    const call = await programs(source, signal)
    const { path, major } = await findProgram('pg_dump', server)
    const dumping = new AbortController()
    const dumper = call(
      path,
      [
        ...['--format=custom', '--compress=0', `--snapshot=${snapshot.id}`],
        ...plan.only.map((schema) => `--schema=${schema}`),
        ...plan.without.map((schema) => `--exclude-schema=${schema}`),
      ],
      dumping.signal,
    )
    let plainBytes: number | null = null
    const dumped =
      (work.compressor ?? ((await hasZstd()) ? 'program' : 'built-in')) === 'program'
        ? dumpedThroughZstd(dumper)
        : compressed(outputOf(dumper), (bytes) => {
            plainBytes = (plainBytes ?? 0) + bytes
          })
    // A sequence is not part of the snapshot: read before pg_dump reads it, it cannot be further than there.
    const sequences = await sequencesOf(reader, plan)
    const counting = contentsOf(reader, sequences, plan)
    // Whichever fails first ends the other; the first reason is told.
    counting.catch((error: unknown) => dumping.abort(error))
    const dump = await seal(
      'database.dump.zst.age',
      counted(dumped, (n) => work.onBytes?.(n, snapshot.bytes)),
    )
    const found: Contents = await counting
    const all = await findProgram('pg_dumpall', server)
    const globals = await seal(
      'globals.sql.zst.age',
      packed(
        call(all.path, [
          '--globals-only',
          '--no-role-passwords',
          '--no-tablespaces',
          `--database=${snapshot.database}`,
        ]),
      ),
    )
    const contents = await seal('contents.json.zst.age', compressed(once(Buffer.from(JSON.stringify(found)))))
    const manifest: Manifest = {
      format: 'bergfried-backup-1',
      id: randomUUID(),
      backup: plan.name,
      system: plan.system,
      database: snapshot.database,
      server,
      program: `pg_dump ${major}`,
      takenAt: takenAt.toISOString(),
      finishedAt: clock.now().toISOString(),
      recipients: [...plan.recipients],
      plainBytes,
      dump,
      globals,
      contents,
      tables: found.tables.length,
      rows: found.tables.reduce((sum, { rows }) => sum + rows, 0),
    }
    await putPlain(store, `${folder}/manifest.json`, Buffer.from(JSON.stringify(manifest, null, 2)))
    return manifest
  } catch (error) {
    for (const name of stored) await store.remove(name).catch(() => undefined)
    throw error
  } finally {
    await reader.close()
  }
}

/** How the programs of a server are called. */
async function programs(source: DatabaseSource, signal: AbortSignal) {
  const environment = await source.environment()
  return (path: string, args: readonly string[], also?: AbortSignal): ProgramCall => ({
    path,
    args: [...args, `--dbname=${source.uri}`, '--no-password'],
    environment,
    signal: also === undefined ? signal : AbortSignal.any([signal, also]),
  })
}

const packed = (call: ProgramCall): AsyncGenerator<Buffer> => compressed(outputOf(call))

async function* counted(source: AsyncIterable<Buffer>, read: (bytes: number) => void): AsyncGenerator<Buffer> {
  let bytes = 0
  for await (const piece of source) {
    bytes += piece.length
    read(bytes)
    yield piece
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}

async function putPlain(store: BackupStore, name: string, bytes: Buffer): Promise<void> {
  const writer = await store.begin(name)
  try {
    await writer.write(bytes)
    await writer.commit()
  } catch (error) {
    await writer.abort()
    throw error
  }
}
