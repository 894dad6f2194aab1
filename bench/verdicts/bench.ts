import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CHECKS } from '../../app/checks.generated.ts'
import { Dirty } from '../../app/judging.ts'
import { MIGRATIONS } from '../../app/migrations.generated.ts'
import type { Check } from '../../kernel/check/check.ts'
import { judge } from '../../kernel/check/judge.ts'
import { systemClock } from '../../kernel/clock/clock.ts'
import { type Database, openDatabase } from '../../kernel/db/database.ts'
import { startEmbedded } from '../../kernel/db/embedded.ts'
import { migrate } from '../../kernel/db/migrate.ts'
import { median, quantile, table } from '../median.ts'
import { makeFleet } from './fleet.ts'

const CHECKS_WANTED = 500
const SIZES = [100, 1000, 10_000]

/**
 * Verdicts: checks over a fleet, from scratch, again without a change, and after a change of one host. The checks are
 * the product's own for hosts, under so many names that there are 500.
 */
export async function run(args: readonly string[]): Promise<void> {
  const sizes = args.length > 0 ? args.map(Number) : SIZES
  const checks = manyChecks()
  const rows: string[][] = [
    [
      'hosts',
      'rows',
      'from scratch s',
      'rows/s',
      'unchanged s',
      'rows/s',
      'one host p50 ms',
      'p95 ms',
      'all its checks ms',
      'server MiB',
    ],
  ]
  const folder = await mkdtemp(join(tmpdir(), 'bergfried-bench-'))
  const cluster = await startEmbedded(folder)
  try {
    for (const hosts of sizes) rows.push(await measure(cluster, hosts, checks))
  } finally {
    await cluster.stop()
    await rm(folder, { recursive: true, force: true })
  }
  process.stdout.write(
    `${checks.length} checks (${hostChecks().length} of the product, repeated), embedded PostgreSQL\n`,
  )
  process.stdout.write(`${table(rows)}\n`)
  lynis()
}

const hostChecks = (): readonly Check[] => (CHECKS as readonly Check[]).filter((c) => c.appliesTo === 'host')

function manyChecks(): readonly Check[] {
  const own = hostChecks()
  return Array.from({ length: CHECKS_WANTED }, (_, i) => {
    const check = own[i % own.length] as Check
    return i < own.length ? check : { ...check, id: `${check.id}-${Math.floor(i / own.length)}` as Check['id'] }
  })
}

async function measure(
  cluster: (Parameters<typeof openDatabase>[0] & { secrets: never }) | Awaited<ReturnType<typeof startEmbedded>>,
  hosts: number,
  checks: readonly Check[],
): Promise<string[]> {
  const { socketFolder, secrets } = cluster as Awaited<ReturnType<typeof startEmbedded>>
  const name = `fleet_${hosts}`
  const admin = openDatabase({ socketFolder, secrets, database: 'postgres' })
  await admin.stage('bf_owner').query(`create database ${name}`)
  const db = openDatabase({ socketFolder, secrets, database: name })
  try {
    await migrate(db.stage('bf_owner'), MIGRATIONS, secrets)
    return await measureFleet(db, hosts, checks)
  } finally {
    await db.close()
    await admin.stage('bf_owner').query(`drop database ${name} with (force)`)
    await admin.close()
  }
}

async function measureFleet(db: Database, hosts: number, checks: readonly Check[]): Promise<string[]> {
  const owner = db.stage('bf_owner')
  const ids = await makeFleet(owner, hosts, systemClock.now())
  await owner.query('vacuum analyze')
  const everything = checks.map((check) => ({ check, systems: ids }))
  const pool = db.stage('bf_judge')

  const scratch = await timed(() => judge(pool, systemClock, everything, 'start'))
  await owner.query('analyze finding.verdict_row')
  const again: number[] = []
  for (let i = 0; i < (hosts > 1000 ? 1 : 3); i += 1) {
    const { seconds, result } = await timed(() => judge(pool, systemClock, everything, 'time'))
    if (result.opened + result.closed > 0) throw new Error(`changed without a change: ${JSON.stringify(result)}`)
    again.push(seconds)
  }
  const change = await oneChange(db, ids, checks)
  const seen = scratch.result.seen
  return [
    String(hosts),
    String(seen),
    scratch.seconds.toFixed(2),
    Math.round(seen / scratch.seconds).toString(),
    median(again).toFixed(2),
    Math.round(seen / median(again)).toString(),
    change.changed50.toFixed(0),
    change.changed95.toFixed(0),
    change.all.toFixed(0),
    await peakMemory(),
  ]
}

/** One sysctl of one host changes: from the stored fact to the stored verdict, through all checks that read the kind. */
async function oneChange(db: Database, ids: readonly number[], checks: readonly Check[]) {
  const owner = db.stage('bf_owner')
  const pool = db.stage('bf_judge')
  const systems = ids.map((id) => ({ id, name: `host-${id}`, kind: 'host' as const }))
  const times: number[] = []
  for (let i = 0; i < 40; i += 1) {
    const id = ids[(i * 37) % ids.length] as number
    const { seconds } = await timed(async () => {
      await owner.query(
        `update fact.sysctl set value = (case value when '1' then '0' else '1' end) where system_id = $1 and valid_to = 'infinity'`,
        [id],
      )
      const dirty = new Dirty(checks)
      dirty.changed(
        systems[0] === undefined ? (systems[0] as never) : { id, name: '', kind: 'host' },
        ['sysctl'],
        systems,
      )
      return judge(pool, systemClock, dirty.take(), 'collection')
    })
    times.push(seconds * 1000)
  }
  const whole: number[] = []
  for (let i = 0; i < 5; i += 1) {
    const id = ids[(i * 91) % ids.length] as number
    const { seconds } = await timed(() =>
      judge(
        pool,
        systemClock,
        checks.map((check) => ({ check, systems: [id] })),
        'collection',
      ),
    )
    whole.push(seconds * 1000)
  }
  return { changed50: median(times), changed95: quantile(times, 0.95), all: median(whole) }
}

async function timed<T>(work: () => Promise<T>): Promise<{ seconds: number; result: T }> {
  const began = process.hrtime.bigint()
  const result = await work()
  return { seconds: Number(process.hrtime.bigint() - began) / 1e9, result }
}

/** Peak resident memory of this process, which does what the server does. */
async function peakMemory(): Promise<string> {
  const status = await readFile('/proc/self/status', 'utf8')
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024).toString()
}

/** For scale: what a well-known scanner takes for one host. */
function lynis(): void {
  const began = process.hrtime.bigint()
  const { error, status } = spawnSync('lynis', ['audit', 'system', '--quick', '--quiet', '--no-colors'], {
    stdio: 'ignore',
  })
  const seconds = Number(process.hrtime.bigint() - began) / 1e9
  process.stdout.write(
    error === undefined
      ? `for scale: lynis audit system, one host: ${seconds.toFixed(1)} s (exit ${status})\n`
      : 'for scale: lynis is not installed (apt-get install lynis)\n',
  )
}
