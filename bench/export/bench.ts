import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, sign } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { MIGRATIONS } from '../../app/migrations.generated.ts'
import { Tree } from '../../engines/tlog/append.ts'
import { signCheckpoint } from '../../engines/tlog/checkpoint.ts'
import { ED25519, formatVerifierKey, verifierKey } from '../../engines/tlog/note.ts'
import { tilePath } from '../../engines/tlog/tile.ts'
import { type Database, openDatabase } from '../../kernel/db/database.ts'
import { startEmbedded } from '../../kernel/db/embedded.ts'
import { migrate } from '../../kernel/db/migrate.ts'
import type { LogIdentity } from '../../kernel/ledger/evidence-log.ts'
import { leafOf, type StoredEntry } from '../../kernel/ledger/leaf.ts'
import { table } from '../median.ts'
import type { Order, Result } from './child.ts'

const SIZES = [100_000, 1_000_000, 10_000_000]
const BATCH = 65_536

/**
 * Auditor's packs about all controls, every entry opened: seconds and memory of making and of verifying one, each in a
 * process of its own. The memory must not grow with the entries.
 */
export async function run(args: readonly string[]): Promise<void> {
  const sizes = args.length > 0 ? args.map(Number) : SIZES
  const rows: string[][] = [
    ['entries', 'pack MiB', 'make s', 'entries/s', 'make MiB', 'verify s', 'entries/s', 'verify MiB'],
  ]
  const folder = await mkdtemp(join(tmpdir(), 'bergfried-bench-'))
  const databaseFolder = await mkdtemp(join(tmpdir(), 'bergfried-bench-'))
  const cluster = await startEmbedded(databaseFolder)
  try {
    for (const size of sizes) {
      rows.push(await measure(cluster, folder, size))
      process.stdout.write(`${table([rows[0] as string[], rows.at(-1) as string[]])}\n`)
    }
  } finally {
    await cluster.stop()
    for (const made of [folder, databaseFolder]) await rm(made, { recursive: true, force: true })
  }
  process.stdout.write(`${table(rows)}\n`)
}

async function measure(cluster: Awaited<ReturnType<typeof startEmbedded>>, folder: string, size: number) {
  const name = `bench_${size}`
  const admin = openDatabase({ ...cluster, database: 'postgres' })
  await admin.stage('bf_owner').query(`create database ${name}`)
  const address = { socketFolder: cluster.socketFolder, secrets: cluster.secrets, database: name }
  const database = openDatabase(address)
  await migrate(database.stage('bf_owner'), MIGRATIONS, cluster.secrets)
  await fill(database, size)
  const log = join(folder, `log-${size}`)
  const identity = await seal(database, log, size)
  const order = { address, log, identity, pack: join(folder, 'pack.tar') }
  const made = inChild({ work: 'export', ...order })
  const verified = inChild({ work: 'verify', ...order })
  if (made.entries !== size || verified.entries !== size) throw new Error(`${made.entries} of ${size} entries`)
  const { size: bytes } = await stat(order.pack)
  await database.close()
  await admin.stage('bf_owner').query(`drop database ${name} with (force)`)
  await admin.close()
  await rm(log, { recursive: true })
  await rm(order.pack)
  const told = ({ seconds, maxRssMb }: Result) => [seconds.toFixed(1), (size / seconds).toFixed(0), String(maxRssMb)]
  return [String(size), (bytes / 2 ** 20).toFixed(0), ...told(made), ...told(verified)]
}

/** Entries as judgements leave them, made in the database. */
async function fill(database: Database, size: number): Promise<void> {
  const owner = database.stage('bf_owner')
  for (let at = 0; at < size; at += 1_000_000) {
    await owner.query(
      `insert into evidence.entry (position, previous, at, kind, body, digest, salt)
       select n, nullif(n, 0) - 1, timestamptz '2026-01-01' + n * interval '3 milliseconds', 'judgement', b.body,
         sha256(convert_to(b.body, 'UTF8')), sha256(convert_to('salt ' || n, 'UTF8'))
       from generate_series($1::bigint, $2::bigint) n, lateral (
         select format('{"cause":"collection","checks":52,"closed":0,"opened":0,"rows":%s,"systems":1}', n) as body) b`,
      [at, Math.min(size, at + 1_000_000) - 1],
    )
  }
  await owner.query('vacuum analyze evidence.entry')
}

/** The log of these entries in a folder, signed by a key of its own. */
async function seal(database: Database, folder: string, size: number): Promise<LogIdentity> {
  const tree = Tree.empty()
  while (tree.size < size) {
    const rows = await database
      .stage('bf_audit')
      .query<StoredEntry>(
        'select at, kind, body, salt, leaf from evidence.entry where position >= $1 order by position limit $2',
        [tree.size, BATCH],
      )
    for (const { id, bytes } of tree.append(rows.map(leafOf)).tiles) put(join(folder, tilePath(id)), bytes)
  }
  const origin = 'log.example.com'
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const key = verifierKey(
    origin,
    ED25519,
    new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)),
  )
  const signer = { key, sign: (message: Uint8Array) => new Uint8Array(sign(null, message, privateKey)) }
  const note = await signCheckpoint({ origin, size, root: tree.root, extensions: [] }, signer)
  put(join(folder, 'checkpoint'), Buffer.from(note))
  return { origin, verifierKey: formatVerifierKey(key), witnesses: [], quorum: 0 }
}

function put(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, bytes)
}

function inChild(order: Order): Result {
  const script = new URL('./child.ts', import.meta.url).pathname
  return JSON.parse(execFileSync(process.execPath, [script, JSON.stringify(order)], { encoding: 'utf8' })) as Result
}
