import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { takeBackup } from '../../capabilities/backup/dump/take-backup.ts'
import { runDrill } from '../../capabilities/backup/restore/drill.ts'
import { FolderStore } from '../../capabilities/backup/store/folder-store.ts'
import { postgresReader } from '../../connectors/postgres/reader.ts'
import { OLDER, startTestCluster } from '../../connectors/postgres/testing/cluster.ts'
import { makeIdentity } from '../../engines/age/x25519.ts'
import { systemClock } from '../../kernel/clock/clock.ts'
import { prepareRuntime } from '../../kernel/db/runtime.ts'
import { serverUser } from '../../kernel/db/server-user.ts'
import { median, table } from '../median.ts'

const RUNS = 3

/**
 * Throughput of a backup beside the same as a shell pipe (`pg_dump | zstd | age`), without and with the contents counted in the same
 * snapshot, and a restore drill. Argument: rows, of about 500 bytes each.
 */
export async function run(args: readonly string[]): Promise<void> {
  const rows = Number(args[0] ?? 1_000_000)
  if (!existsSync(OLDER)) {
    print('backup: needs postgresql-15, and age and zstd for the pipe')
    return
  }
  const folder = await mkdtemp(join(tmpdir(), 'bergfried-bench-'))
  const cluster = await startTestCluster(OLDER)
  try {
    await cluster.sql('create database big', 'postgres')
    // Half of it compresses well, half does not, as in tables of people.
    await cluster.sql(
      `create table big as select n as id, 'customer ' || n as name, repeat(md5((n % 100)::text), 8) as plain,
         encode(sha256(n::text::bytea) || sha256((-n)::text::bytea) || sha256((n * 7)::text::bytea), 'base64') as dense, now() as at
       from generate_series(1, ${Math.floor(rows)}) n; alter table big add primary key (id); checkpoint`,
      'big',
    )
    await measure(cluster.connectionString, folder, print)
  } finally {
    await cluster.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function measure(superuser: string, folder: string, say: (line: string) => void): Promise<void> {
  const uri = new URL(superuser.replace('@/', '@local/'))
  const password = uri.password
  const database = `postgres://postgres@/big${uri.search}`
  const { identity } = makeIdentity()
  const store = new FolderStore(join(folder, 'store'))
  const connect = () =>
    postgresReader({ system: 'bench', connectionString: database, password, statementTimeoutMs: 3_600_000 })
  const source = { uri: database, environment: async () => ({ PGPASSWORD: password }), connect }
  const plan = { name: 'big', system: 'bench', recipients: [identity.recipient.name], only: [], without: [] }
  const work = { plan, store, clock: systemClock, signal: new AbortController().signal }
  const pipe: number[] = []
  const bare: number[] = []
  const whole: number[] = []
  const dumpBytes = Number(
    spawnSync('bash', ['-c', '"$0"/pg_dump -Fc -Z0 --dbname="$1" | wc -c', OLDER, database], {
      env: { PATH: '/usr/bin:/bin', PGPASSWORD: password },
    }).stdout,
  )
  const bytes = dumpBytes
  let manifest: Awaited<ReturnType<typeof takeBackup>> | null = null
  for (let i = 0; i < RUNS; i += 1) {
    pipe.push(shellPipe(database, password, identity.recipient.name, join(folder, 'pipe.age')))
    // A reader that sees no table: the stream alone.
    const blind = { ...source, connect: async () => hidden(await connect()) }
    bare.push(await seconds(() => takeBackup({ ...work, source: blind })))
    whole.push(
      await seconds(async () => {
        manifest = await takeBackup({ ...work, source })
      }),
    )
  }
  const mib = (s: number): string => (bytes / 2 ** 20 / s).toFixed(0)
  const base = median(pipe)
  const line = (name: string, s: number): string[] => [name, s.toFixed(2), mib(s), (s / base).toFixed(2)]
  say(
    table([
      ['backup', 's', 'MiB/s of dump', 'x the pipe'],
      line('pg_dump | zstd | age', base),
      line('ours, stream alone', median(bare)),
      line('ours, with contents counted', median(whole)),
    ]),
  )
  say(
    `stored: ${((await stat(join(folder, 'pipe.age'))).size / 2 ** 20).toFixed(0)} MiB by the pipe, ${(manifestBytes(manifest) / 2 ** 20).toFixed(0)} MiB by us; dump ${(bytes / 2 ** 20).toFixed(0)} MiB`,
  )
  if (manifest === null) return
  const root = process.getuid?.() === 0
  const result = await runDrill({
    store,
    manifest,
    identities: [identity],
    folder: join(tmpdir(), `bergfried-scratch-${process.pid}`),
    asUser: root ? await serverUser() : null,
    bundled: async () => {
      const runtime = await prepareRuntime(join(folder, 'runtime'))
      return { bin: runtime.bin, major: Number(runtime.major) }
    },
    connect: (to, secret) => () =>
      postgresReader({ system: 'scratch', connectionString: to, password: secret, statementTimeoutMs: 3_600_000 }),
    clock: systemClock,
    signal: work.signal,
  })
  say(
    `restore drill: ${result.recoverySeconds.toFixed(1)} s from nothing to restored and compared, ${result.rows} rows, ${result.differing.length} differ`,
  )
}

const manifestBytes = (manifest: { readonly dump: { readonly bytes: number } } | null): number =>
  manifest?.dump.bytes ?? 0

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1000
}

function shellPipe(uri: string, password: string, recipient: string, out: string): number {
  const began = performance.now()
  const script = 'set -o pipefail; "$0"/pg_dump -Fc -Z0 --dbname="$1" | zstd -q -3 | age -r "$2" -o "$3"'
  const done = spawnSync('bash', ['-c', script, OLDER, uri, recipient, out], {
    env: { PATH: '/usr/bin:/bin', PGPASSWORD: password },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (done.status !== 0) throw new Error('the pipe failed')
  return (performance.now() - began) / 1000
}

type Reader = Awaited<ReturnType<typeof postgresReader>>
const hidden = (reader: Reader): Reader => ({
  ...reader,
  query: (sql, params) =>
    sql.includes('from pg_class c join pg_namespace') ? Promise.resolve([]) : reader.query(sql, params),
})

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
