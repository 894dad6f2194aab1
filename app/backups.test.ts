import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { takeBackup } from '../capabilities/backup/dump/take-backup.ts'
import { factsOf } from '../capabilities/backup/facts.ts'
import { backUp } from '../capabilities/backup/run/back-up.ts'
import { holdDrill } from '../capabilities/backup/run/hold-drill.ts'
import type { BackupBench } from '../capabilities/backup/work.ts'
import { OLDER, startTestCluster, type TestCluster } from '../connectors/postgres/testing/cluster.ts'
import { makeIdentity } from '../engines/age/x25519.ts'
import { handClock, systemClock } from '../kernel/clock/clock.ts'
import type { BackupPlan } from '../kernel/config/backup-config.ts'
import type { Environment } from '../kernel/config/environment.ts'
import { type TestDatabase, testDatabase } from '../kernel/testing/cluster.ts'
import { ACCESS_KEY, BUCKET, REGION, SECRET_KEY, startS3Server } from '../kernel/testing/s3-server.ts'
import { backupBench } from './backups.ts'

let cluster: TestCluster
let db: TestDatabase
let folder = ''
const { secret, identity } = makeIdentity()
const second = makeIdentity()
const never = new AbortController().signal

beforeAll(async () => {
  cluster = await startTestCluster(existsSync(OLDER) ? OLDER : undefined)
  db = await testDatabase()
  await cluster.sql(`create database orders`, 'postgres')
  await cluster.sql(
    `create role quarterly; create schema sales;
     create table sales.item (id bigint generated always as identity primary key, name text, price numeric, at timestamptz, raw bytea);
     insert into sales.item (name, price, at, raw)
       select 'item ' || n, n / 7.0, now() - n * interval '1 minute', sha256(n::text::bytea) from generate_series(1, 20000) n;
     create table sales."Odd name" (id int, note jsonb); insert into sales."Odd name" values (1, '{"a": 1}');
     create view sales.total as select sum(price) from sales.item;
     grant select on sales.item to quarterly; select lo_from_bytea(0, 'large');
     create table public.empty (id int);`,
    'orders',
  )
})
afterAll(async () => {
  await db.close()
  await cluster.stop()
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bergfried-backup-'))
  await writeFile(join(folder, 'identity'), `${secret}\n`, { mode: 0o600 })
  await writeFile(join(folder, 'password'), passwordOf(), { mode: 0o600 })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const passwordOf = (): string => new URL(cluster.connectionString.replace('@/', '@local/')).password
const uri = (database = 'orders'): string => {
  const { searchParams } = new URL(cluster.connectionString.replace('@/', '@local/'))
  return `postgres://postgres@/${database}?${searchParams.toString()}`
}
const plan = (more: Partial<BackupPlan> = {}): BackupPlan => ({
  name: 'orders',
  system: 'shop-db',
  connection: uri(),
  password: { file: join(folder, 'password') },
  to: { folder: join(folder, 'store') },
  recipients: [identity.recipient.name, second.identity.recipient.name],
  only: [],
  without: [],
  everySeconds: 86_400,
  keepSeconds: 30 * 86_400,
  atLeast: 2,
  recoveryPointSeconds: 90_000,
  recoveryTimeSeconds: 14_400,
  drill: { everySeconds: 2_592_000, identity: { file: join(folder, 'identity') } },
  ...more,
})
const environment: Environment = { variable: () => null } as never
const bench = async (clock = systemClock): Promise<BackupBench> => ({
  ...(await backupBench({ database: db, clock }, environment, folder)),
  scratch: {
    ...(await backupBench({ database: db, clock }, environment, folder)).scratch,
    folder: join('/tmp', `bf-scratch-${process.pid}`),
  },
})
const stored = async (): Promise<string[]> =>
  (await readdir(join(folder, 'store'), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
const dumpOf = async (): Promise<string> =>
  (await stored()).find((file) => file.endsWith('database.dump.zst.age')) ?? ''

describe('a backup', () => {
  it('is restored into a cluster of its own with every row, sequence and large object as before, and measured', async () => {
    const made = await bench()
    const manifest = await backUp(made, plan(), never)
    expect(manifest).toMatchObject({ backup: 'orders', database: 'orders', tables: 3, rows: 20_001 })
    const result = await holdDrill(made, plan(), never)
    expect(result).toMatchObject({ differing: [], tables: 3, rows: 20_001 })
    expect(result.recoverySeconds).toBeGreaterThan(0)
    const facts = await factsOf(made.pool, [plan()])
    expect(facts.get('database_backup')).toMatchObject([{ sealedFor: 2, problem: null, kept: 1, database: 'orders' }])
    expect(facts.get('restore_drill')).toMatchObject([{ differing: 0, problem: null, tables: 3 }])
  })

  it('holds nothing in clear: no file of the store contains a name, a row or a password', async () => {
    await backUp(await bench(), plan(), never)
    for (const file of await stored()) {
      const bytes = await readFile(file)
      for (const word of ['item 1', 'sales', 'quarterly', passwordOf()])
        expect(bytes.includes(word), `${word} in ${file}`).toBe(false)
      if (file.endsWith('.age')) expect(bytes.subarray(0, 21).toString()).toBe('age-encryption.org/v1')
    }
  })

  it('leaves schemas out that belong into a backup of their own, and that one holds them alone', async () => {
    const made = await bench()
    const [data, keys] = [plan({ name: 'data', without: ['sales'] }), plan({ name: 'keys', only: ['sales'] })]
    expect(await backUp(made, data, never)).toMatchObject({ tables: 1, rows: 0 })
    expect(await backUp(made, keys, never)).toMatchObject({ tables: 2, rows: 20_001 })
    expect(await holdDrill(made, data, never)).toMatchObject({ differing: [], tables: 1 })
    expect(await holdDrill(made, keys, never)).toMatchObject({ differing: [], tables: 2 })
  })

  it('is the same where the compression of Node.js has to do', async () => {
    const made = await bench()
    const store = await made.storeOf(plan())
    const work = { plan: plan(), source: made.sourceOf(plan()), store, clock: systemClock, signal: never }
    const manifest = await takeBackup({ ...work, compressor: 'built-in' })
    expect(manifest.plainBytes).toBeGreaterThan(100_000)
    expect(await holdDrill(made, plan(), never)).toMatchObject({ differing: [], rows: 20_001 })
  })

  it('opens with age, zstd and pg_restore alone', async () => {
    await backUp(await bench(), plan(), never)
    const clear = execFileSync('age', ['-d', '-i', join(folder, 'identity'), await dumpOf()], { maxBuffer: 2 ** 28 })
    const dump = execFileSync('zstd', ['-d'], { input: clear, maxBuffer: 2 ** 28 })
    await writeFile(join(folder, 'dump'), dump)
    const list = execFileSync('pg_restore', ['--list', join(folder, 'dump')]).toString()
    expect(list).toContain('TABLE DATA sales item')
  })

  it.each([
    [
      'a byte in the middle',
      (bytes: Buffer) => bytes.fill(bytes[bytes.length >> 1] === 0 ? 1 : 0, bytes.length >> 1, (bytes.length >> 1) + 1),
    ],
    ['the end', (bytes: Buffer) => bytes.subarray(0, bytes.length - 100)],
  ])('that lost %s in its store fails the drill, and the drill says so', async (_, damage) => {
    const made = await bench()
    await backUp(made, plan(), never)
    const file = await dumpOf()
    await writeFile(file, damage(await readFile(file)))
    await expect(holdDrill(made, plan(), never)).rejects.toThrow('backup.damaged')
    const facts = await factsOf(made.pool, [plan()])
    expect(facts.get('restore_drill')).toMatchObject([{ problem: 'backup.damaged', differing: null }])
  })

  it('exchanged for an older one is noticed by its digest', async () => {
    const made = await bench()
    await backUp(made, plan(), never)
    const older = await readFile(await dumpOf())
    await rm(join(folder, 'store'), { recursive: true })
    await backUp(made, plan(), never)
    await writeFile(await dumpOf(), older)
    await expect(holdDrill(made, plan(), never)).rejects.toThrow('backup.damaged')
  })

  it('is not there where pg_dump fails, and what it said is told without the password', async () => {
    const made = await bench()
    const wrong = plan({ connection: uri('nowhere') })
    await expect(backUp(made, wrong, never)).rejects.toThrow(/collect\.|backup\./)
    expect(await stored().catch(() => [])).toEqual([])
    const locked = plan({ connection: uri('orders').replace('postgres@', 'nobody@') })
    const error = await backUp(made, locked, never).catch((e: unknown) => e)
    expect(String(error)).not.toContain(passwordOf())
    const facts = await factsOf(made.pool, [plan({ name: 'orders' })])
    expect(facts.get('database_backup')).toMatchObject([{ problem: expect.stringMatching(/^(collect|backup)\./) }])
  })

  it('is removed when it is over, but never the newest ones', async () => {
    const clock = handClock('2027-01-01T00:00:00Z')
    const made = await bench(clock)
    const short = plan({ name: 'short', keepSeconds: 3600, atLeast: 2 })
    for (let i = 0; i < 4; i += 1) {
      await backUp(made, short, never)
      clock.advance(7_200_000)
    }
    const kept = (await readdir(join(folder, 'store', 'short'))).sort()
    expect(kept).toEqual(['2027-01-01T04-00-00-000Z', '2027-01-01T06-00-00-000Z'])
    expect((await factsOf(made.pool, [short])).get('database_backup')).toMatchObject([{ kept: 2 }])
  })

  it('goes to an S3-compatible store in parts and comes back from there', async () => {
    const server = await startS3Server()
    try {
      const [made, file] = [await bench(), join(folder, 's3-secret')]
      await writeFile(file, SECRET_KEY, { mode: 0o600 })
      const access = { endpoint: server.endpoint, region: REGION, bucket: BUCKET, prefix: 'b/', accessKey: ACCESS_KEY }
      const far = plan({ name: 'far', to: { s3: { ...access, secretKey: { file } } } })
      await backUp(made, far, never)
      expect([...server.objects.keys()].filter((key) => key.startsWith('b/far/'))).toHaveLength(4)
      expect(await holdDrill(made, far, never)).toMatchObject({ differing: [] })
    } finally {
      await server.stop()
    }
  })

  it('nobody has the key of is not opened', async () => {
    const made = await bench()
    await backUp(made, plan({ recipients: [second.identity.recipient.name] }), never)
    await expect(holdDrill(made, plan(), never)).rejects.toThrow('backup.not_for_us')
  })
})
