import type { Identity } from '../../../engines/age/x25519.ts'
import type { PostgresReader } from '../../../kernel/collect/connector.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { Contents, Manifest } from '../contract.ts'
import { contentsOf, differences, sequencesOf, settle } from '../dump/contents.ts'
import { findProgram } from '../dump/programs.ts'
import { inputOf } from '../dump/run-program.ts'
import { type BackupStore, NAME } from '../store/backup-store.ts'
import { readSealed } from './sealed-reader.ts'

export interface Target {
  /** URI of the database to fill, without a password; it is empty. */
  readonly uri: string
  environment(): Promise<Readonly<Record<string, string>>>
  connect(signal: AbortSignal): Promise<PostgresReader>
}

export interface Restored {
  readonly tables: number
  readonly rows: number
  /** Lines that say what is not as it was; none: everything is. */
  readonly differing: readonly string[]
}

const MOST_MANIFEST = 1 << 20
const MOST_CONTENTS = 64 << 20

/** Manifests of a backup in a store, the newest first. What cannot be read is left out and counted. */
export async function manifestsIn(
  store: BackupStore,
  backup: string,
): Promise<{ readonly manifests: readonly Manifest[]; readonly unreadable: number }> {
  const names = (await store.list(`${backup}/`)).filter((name) => name.endsWith('/manifest.json') && NAME.test(name))
  const manifests: Manifest[] = []
  for (const name of names.reverse()) {
    const manifest = await manifestAt(store, name)
    if (manifest !== null) manifests.push(manifest)
  }
  return { manifests, unreadable: names.length - manifests.length }
}

/** @returns null where it is none */
async function manifestAt(store: BackupStore, name: string): Promise<Manifest | null> {
  try {
    const found = Manifest.safeParse(JSON.parse((await whole(store.read(name), MOST_MANIFEST)).toString()))
    return found.success ? found.data : null
  } catch (error) {
    if (error instanceof BergfriedError) throw error
    return null
  }
}

/**
 * Restores a backup and compares what is there with what was there.
 *
 * @throws {BergfriedError} `backup.…`, `collect.…`
 */
export async function restoreInto(
  store: BackupStore,
  manifest: Manifest,
  identities: readonly Identity[],
  target: Target,
  signal: AbortSignal,
  onBytes: (done: number, total: number) => void = () => undefined,
): Promise<Restored> {
  const expected = await expectedContents(store, manifest, identities)
  const { path } = await findProgram('pg_restore', manifest.server)
  const args = ['--exit-on-error', '--no-tablespaces', '--no-password', `--dbname=${target.uri}`]
  const environment = await target.environment()
  const dump = told(readSealed(store, manifest.dump, identities), (n) =>
    onBytes(n, manifest.plainBytes ?? manifest.dump.bytes * 4),
  )
  await inputOf({ path, args, environment, signal }, dump)
  const reader = await target.connect(signal)
  try {
    await settle(reader)
    const found = await contentsOf(reader, await sequencesOf(reader))
    const rows = found.tables.reduce((sum, table) => sum + table.rows, 0)
    return { tables: found.tables.length, rows, differing: differences(expected, found) }
  } finally {
    await reader.close()
  }
}

/** Statements that make the roles, one each. Roles without passwords, as they were dumped. */
export async function globalsOf(
  store: BackupStore,
  manifest: Manifest,
  identities: readonly Identity[],
): Promise<readonly string[]> {
  const text = (await whole(readSealed(store, manifest.globals, identities), MOST_CONTENTS)).toString()
  const statements: string[] = []
  let held = ''
  for (const line of text.split('\n')) {
    if (held === '' && (line.startsWith('--') || line.startsWith('\\') || line.trim() === '')) continue
    held += held === '' ? line : `\n${line}`
    if (!line.endsWith(';')) continue
    statements.push(held)
    held = ''
  }
  return statements
}

async function expectedContents(
  store: BackupStore,
  manifest: Manifest,
  identities: readonly Identity[],
): Promise<Contents> {
  const bytes = await whole(readSealed(store, manifest.contents, identities), MOST_CONTENTS)
  const found = Contents.safeParse(JSON.parse(bytes.toString()))
  if (found.success) return found.data
  throw new BergfriedError('backup.damaged', { name: manifest.contents.name, reason: 'contents of another shape' })
}

async function whole(pieces: AsyncIterable<Buffer>, most: number): Promise<Buffer> {
  const held: Buffer[] = []
  let length = 0
  for await (const piece of pieces) {
    length += piece.length
    if (length > most) throw new BergfriedError('backup.damaged', { name: 'manifest', reason: 'too large' })
    held.push(piece)
  }
  return Buffer.concat(held)
}

async function* told(source: AsyncIterable<Buffer>, read: (bytes: number) => void): AsyncGenerator<Buffer> {
  let bytes = 0
  for await (const piece of source) {
    bytes += piece.length
    read(bytes)
    yield piece
  }
}
