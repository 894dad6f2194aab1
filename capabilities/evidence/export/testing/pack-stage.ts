import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { statementBodies } from '../../../../kernel/check/statement.ts'
import { controlVerdicts, recordStates } from '../../../../kernel/check/verdicts.ts'
import { appendEntry } from '../../../../kernel/ledger/entry.ts'
import type { TestDatabase } from '../../../../kernel/testing/cluster.ts'
import { zero, zeroStage } from '../../../../kernel/testing/zero-stage.ts'
import { exportPack, type PackInput } from '../export-pack.ts'
import { verifyPack } from '../verify/verify-pack.ts'
import type { ChildOrder, ChildResult } from './export-child.ts'
import { leavesOf, memoryLog } from './sealed-log.ts'
import { smallPolicy } from './small-policy.ts'

export type PackStage = Awaited<ReturnType<typeof packStage>>

/** An emptied database with a host, a check, a policy of three promises, and a log with one witness. */
export async function packStage(db: TestDatabase) {
  const stage = await zeroStage(db)
  const log = memoryLog()
  const folder = mkdtempSync(join(tmpdir(), 'bergfried-packs-'))
  const policy = smallPolicy(zero)
  const checks = new Map([[zero.id as string, zero]])
  const judge = db.stage('bf_judge')
  const statement = async () => {
    const at = stage.clock.now()
    const verdicts = await controlVerdicts(judge, { policy, checks, systems: null, at, current: true })
    await recordStates(judge, verdicts, at)
    await judge.transaction(async (tx) => {
      for (const body of statementBodies(policy, verdicts, new Map(), at)) await appendEntry(tx, at, 'statement', body)
    })
  }
  const keys = {
    log: log.identity.verifierKey,
    witnesses: log.identity.witnesses.map((w) => w.verifierKey),
    quorum: 1,
  }
  const input = (more: Partial<PackInput> = {}): PackInput => ({
    audit: db.stage('bf_audit'),
    log,
    policy,
    checks,
    from: new Date('2026-11-01T00:00:00Z'),
    to: new Date('2026-11-30T00:00:00Z'),
    controls: ['TST-01'],
    openPersonal: false,
    sample: null,
    ...more,
  })
  return {
    ...stage,
    db,
    log,
    folder,
    policy,
    checks,
    keys,
    input,
    statement,
    /** Some days of a small house: values change, verdicts follow, statements are made. Not sealed yet. */
    async history(days = 3) {
      for (let day = 0; day < days; day++) {
        const values = { a: '0', b: String(day), c: day === 1 ? '7' : '0' }
        await stage.store(values)
        await stage.judged()
        await stage.store(values)
        await statement()
        stage.clock.advance(86_400_000)
      }
    },
    /** Seals what was not sealed yet. */
    async seal(most = Number.POSITIVE_INFINITY) {
      await log.seal((await leavesOf(db, log.size())).slice(0, most))
    },
    async packed(more: Partial<PackInput> = {}) {
      const parts: Uint8Array[] = []
      const sink = { write: async (bytes: Uint8Array) => void parts.push(Uint8Array.from(bytes)) }
      const result = await exportPack(input(more), sink)
      const archive = Buffer.concat(parts)
      const path = join(folder, `${result.sha256}.tar`)
      writeFileSync(path, archive)
      return { ...result, archive, path }
    },
    verify: (path: string) => verifyPack(path, keys),
    close: () => rmSync(folder, { recursive: true }),
  }
}

/**
 * Exports in a process of its own, and verifies there what came out.
 *
 * @param env - of the test run: it says where the cluster is
 */
export function exportInChild(
  { db, log, folder }: Pick<PackStage, 'db' | 'log' | 'folder'>,
  env: Readonly<Record<string, string | undefined>>,
  flags: readonly string[] = [],
) {
  const logFolder = mkdtempSync(join(folder, 'log-'))
  for (const [path, bytes] of log.files) {
    mkdirSync(dirname(join(logFolder, path)), { recursive: true })
    writeFileSync(join(logFolder, path), bytes)
  }
  const cluster = JSON.parse(env['BERGFRIED_TEST_CLUSTER'] ?? '') as { socketFolder: string; secrets: never }
  const order: ChildOrder = {
    address: { ...cluster, database: db.name },
    log: logFolder,
    identity: log.identity,
    out: join(folder, 'child.tar'),
    from: '2026-11-01T00:00:00Z',
    to: '2026-11-30T00:00:00Z',
    controls: ['TST-01'],
  }
  const script = new URL('./export-child.ts', import.meta.url).pathname
  const printed = execFileSync(process.execPath, [...flags, script, JSON.stringify(order)], { env, encoding: 'utf8' })
  return JSON.parse(printed) as ChildResult
}
