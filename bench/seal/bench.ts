import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startDatabase } from '../../app/database-start.ts'
import { startKeeper } from '../../app/keeper/supervise.ts'
import { openPosixStore } from '../../capabilities/evidence/log/posix-store.ts'
import { type RunningSealer, startSealer } from '../../capabilities/evidence/seal/run-sealer.ts'
import { systemClock } from '../../kernel/clock/clock.ts'
import type { Database } from '../../kernel/db/database.ts'
import { median, quantile, table } from '../median.ts'

const BACKLOG = 200_000
const RUNS = 3
/** Entries a second that come, somewhat more than the 20,000 that sealing must keep up with, and for how long. */
const RATE = 22_000
const SECONDS = 15
const TICK_MS = 100

/**
 * The whole way from committed entries to a published checkpoint: real PostgreSQL, the keeper's process, fsync on. First a
 * backlog, then a stream. A judgement writes one entry for all changes of a check; here every change has one of its own.
 */
export async function run(): Promise<void> {
  const folder = await mkdtemp('/var/tmp/bergfried-seal-')
  const opened = await startDatabase(folder, null)
  const keeper = await startKeeper({ folder: join(folder, 'keeper'), origin: null, onProblem: complain })
  const store = await openPosixStore(join(folder, 'log'))
  const { signer } = keeper
  const sealer = await startSealer({
    pool: opened.database.stage('bf_seal'),
    store,
    signer,
    identity: { origin: signer.origin, verifierKey: signer.verifierKey, witnesses: [], quorum: 0 },
    witnessing: null,
    clock: systemClock,
    onProblem: complain,
  })
  try {
    const rates: number[] = []
    for (let i = 0; i < RUNS; i++) rates.push(await backlog(opened.database, sealer))
    const lag = await stream(opened.database, sealer)
    process.stdout.write(
      `${table([
        ['sealing', 'entries', 'entries/s', 'behind p50 ms', 'p95 ms', 'max ms'],
        [`backlog (median of ${RUNS})`, String(BACKLOG), Math.round(median(rates)).toString(), '', '', ''],
        [
          `stream of ${SECONDS} s`,
          String(lag.entries),
          Math.round(lag.entries / lag.seconds).toString(),
          quantile(lag.behind, 0.5).toFixed(0),
          quantile(lag.behind, 0.95).toFixed(0),
          Math.max(...lag.behind).toFixed(0),
        ],
      ])}\n`,
    )
  } finally {
    await sealer.stop()
    await store.close()
    await keeper.stop()
    await opened.close()
    await opened.embedded?.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

function complain(error: unknown): void {
  if (error !== null) process.stderr.write(`${String(error)}\n`)
}

async function write(database: Database, n: number): Promise<void> {
  await database.stage('bf_judge').query(
    `select count(evidence.append(now(), 'verdicts', format(
       '{"check":"hardening.sysctl-network","closed":1,"digest":"%s","opened":1,"rows":%s}', md5(g::text), g)))
     from generate_series(1, $1::int) g`,
    [n],
  )
}

async function sizeOf(sealer: RunningSealer): Promise<number> {
  return (await sealer.log.status()).sealed
}

async function backlog(database: Database, sealer: RunningSealer): Promise<number> {
  const before = await sizeOf(sealer)
  await write(database, BACKLOG)
  const began = performance.now()
  await sealer.sealNow()
  while ((await sizeOf(sealer)) < before + BACKLOG) await sealer.sealNow()
  return (BACKLOG / (performance.now() - began)) * 1000
}

/** Entries come in a steady stream; each batch is asked how long it took until it was published. */
async function stream(database: Database, sealer: RunningSealer) {
  const first = await sizeOf(sealer)
  const marks: { readonly size: number; readonly at: number }[] = []
  const behind: number[] = []
  let written = 0
  const began = performance.now()
  const done = (): boolean => performance.now() - began > SECONDS * 1000
  const writer = (async () => {
    while (!done()) {
      const due = Math.floor(((performance.now() - began) / 1000) * RATE)
      if (due > written) {
        await write(database, due - written)
        written = due
        marks.push({ size: first + written, at: performance.now() })
      }
      await sleep(TICK_MS)
    }
    return (performance.now() - began) / 1000
  })()
  let open = true
  void writer.finally(() => {
    open = false
  })
  while (open || marks.length > 0) {
    const size = await sizeOf(sealer)
    for (let mark = marks[0]; mark !== undefined && mark.size <= size; mark = marks[0]) {
      behind.push(performance.now() - mark.at)
      marks.shift()
    }
    await sleep(5)
  }
  return { entries: written, seconds: await writer, behind }
}
