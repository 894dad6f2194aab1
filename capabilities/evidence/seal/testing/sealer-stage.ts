import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, onTestFinished } from 'vitest'
import { systemClock } from '../../../../kernel/clock/clock.ts'
import { appendEntry } from '../../../../kernel/ledger/entry.ts'
import { type TestDatabase, testDatabase, wipe } from '../../../../kernel/testing/cluster.ts'
import { type TestCheckpointSigner, testCheckpointSigner } from '../../../../kernel/testing/test-signer.ts'
import type { LogStore } from '../../log/log-store.ts'
import { openPosixStore } from '../../log/posix-store.ts'
import type { Witnessing } from '../publisher.ts'
import { type RunningSealer, startSealer } from '../run-sealer.ts'

interface TestSealer extends RunningSealer {
  readonly store: LogStore
  readonly problems: readonly unknown[]
  close(): Promise<void>
}

/** A database, an empty folder for a log and a keeper in this process, anew for every test of a file. */
export interface SealerStage {
  readonly db: TestDatabase
  readonly folder: string
  signer: TestCheckpointSigner
  /** Appends entries, every fifth a public one. */
  write(n: number, what?: string): Promise<void>
  /** As the owner, who may do what the product may not. */
  owner(sql: string): Promise<unknown>
  /** A sealer that works when it is told to. Closed with the test. */
  sealer(options?: { witnessing?: Witnessing; quorum?: number }): Promise<TestSealer>
}

export const WRITTEN_AT = new Date('2026-11-01T12:00:00Z')

export function sealerStage(): SealerStage {
  let db: TestDatabase
  let folder: string
  beforeAll(async () => {
    db = await testDatabase()
  })
  afterAll(() => db.close())
  beforeEach(async () => {
    await wipe(db)
    folder = await mkdtemp(join(tmpdir(), 'bergfried-log-'))
    stage.signer = testCheckpointSigner()
    const mine = folder
    onTestFinished(() => rm(mine, { recursive: true, force: true }))
  })
  const stage: SealerStage = {
    get db() {
      return db
    },
    get folder() {
      return folder
    },
    signer: testCheckpointSigner(),
    owner: (sql) => db.stage('bf_owner').query(sql),
    write: (n, what = 'n') =>
      db.stage('bf_judge').transaction(async (tx) => {
        for (let i = 0; i < n; i++) {
          await appendEntry(tx, WRITTEN_AT, i % 5 === 0 ? 'statement' : 'judgement', { [what]: i })
        }
      }),
    sealer: async (options = {}) => {
      const { signer } = stage
      const store = await openPosixStore(folder)
      const problems: unknown[] = []
      const running = await startSealer({
        pool: db.stage('bf_seal'),
        store,
        signer,
        identity: {
          origin: signer.origin,
          verifierKey: signer.verifierKey,
          witnesses: [],
          quorum: options.quorum ?? 0,
        },
        witnessing: options.witnessing ?? null,
        clock: systemClock,
        onProblem: (problem) => problems.push(problem),
        pollMs: 3_600_000,
      })
      let closed = false
      const close = async (): Promise<void> => {
        if (closed) return
        closed = true
        await running.stop()
        await store.close()
      }
      onTestFinished(close)
      return { ...running, store, problems, close }
    },
  }
  return stage
}
