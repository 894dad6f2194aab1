import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { openCheckpoint } from '../../../engines/tlog/checkpoint.ts'
import { parseVerifierKey } from '../../../engines/tlog/note.ts'
import { verifyProof } from '../../../engines/tlog/offline-proof.ts'
import { decodeBundle } from '../../../engines/tlog/tile.ts'
import { systemClock } from '../../../kernel/clock/clock.ts'
import { appendEntry } from '../../../kernel/ledger/entry.ts'
import { leafOf, type StoredEntry } from '../../../kernel/ledger/leaf.ts'
import { type TestDatabase, testDatabase, wipe } from '../../../kernel/testing/cluster.ts'
import { type TestCheckpointSigner, testCheckpointSigner } from '../../../kernel/testing/test-signer.ts'
import { openPosixStore } from '../log/posix-store.ts'
import type { Witnessing } from './publisher.ts'
import { startSealer } from './run-sealer.ts'

const at = new Date('2026-11-01T12:00:00Z')
let db: TestDatabase
let folder: string
let signer: TestCheckpointSigner
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())
beforeEach(async () => {
  await wipe(db)
  folder = await mkdtemp(join(tmpdir(), 'bergfried-log-'))
  signer = testCheckpointSigner()
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
})

const write = async (n: number, what = 'n'): Promise<void> => {
  await db.stage('bf_judge').transaction(async (tx) => {
    for (let i = 0; i < n; i++) await appendEntry(tx, at, i % 5 === 0 ? 'statement' : 'judgement', { [what]: i })
  })
}

async function sealer(options: { witnessing?: Witnessing; quorum?: number } = {}) {
  const store = await openPosixStore(folder)
  const problems: unknown[] = []
  const running = await startSealer({
    pool: db.stage('bf_seal'),
    store,
    signer,
    identity: { origin: signer.origin, verifierKey: signer.verifierKey, witnesses: [], quorum: options.quorum ?? 0 },
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
}

const leaves = async (): Promise<Uint8Array[]> =>
  (
    await db
      .stage('bf_seal')
      .query<StoredEntry>('select at, kind, body, salt, leaf from evidence.entry order by position')
  ).map(leafOf)

const text = (bytes: Uint8Array | null): string => Buffer.from(bytes ?? []).toString('utf8')

describe('sealing', () => {
  it('takes committed entries into the log, and a proof of each holds', async () => {
    await write(300)
    const { log, sealNow } = await sealer()
    await sealNow()
    const all = await leaves()
    const key = parseVerifierKey(signer.verifierKey)
    expect(await openCheckpoint(text(await log.read('checkpoint')), key)).toMatchObject({ size: 300 })
    for (const position of [0, 1, 255, 256, 299]) {
      const proof = await log.proofOf(position)
      const leaf = all[position] ?? new Uint8Array()
      expect(await verifyProof(proof, leaf, { log: key, witnesses: [], quorum: 0 })).toMatchObject({ index: position })
    }
    const bundle = decodeBundle((await log.read('tile/entries/001.p/44')) ?? new Uint8Array(), 44)
    expect(bundle.map((b) => text(b))).toEqual(all.slice(256).map((b) => text(b)))
    await expect(log.proofOf(300)).rejects.toMatchObject({ code: 'evidence.not_sealed' })
  })

  it('goes on where it stopped, also when the keeper signed what nobody kept', async () => {
    await write(10)
    const first = await sealer()
    await first.sealNow()
    await first.close()
    await write(300)
    const pending = await readFile(join(folder, 'pending'))
    const second = await sealer()
    await second.sealNow()
    await second.close()
    // As after a kill between the signature and its storage.
    await writeFile(join(folder, 'pending'), pending)
    await writeFile(join(folder, 'checkpoint'), pending)
    const third = await sealer()
    await third.sealNow()
    expect(await third.log.status()).toMatchObject({ sealed: 310, pending: 310, problem: null })
  })

  it('shows nothing that the published checkpoint does not vouch for', async () => {
    await write(300)
    const { log, sealNow } = await sealer()
    await sealNow()
    for (const path of ['tile/0/000', 'tile/0/001.p/44', 'tile/0/001.p/7', 'tile/1/000.p/1', 'tile/entries/000']) {
      expect(await log.read(path), path).not.toBeNull()
    }
    for (const path of [
      'tile/0/001',
      'tile/0/001.p/45',
      'tile/1/000.p/2',
      'tile/2/000.p/1',
      'pending',
      'lock',
      '../x',
    ]) {
      expect(await log.read(path), path).toBeNull()
    }
  })

  it('gives partial tiles of earlier checkpoints also after they became full', async () => {
    await write(200)
    const { log, sealNow } = await sealer()
    await sealNow()
    const read = async () =>
      Promise.all(['entries', '0'].map(async (l) => Buffer.from((await log.read(`tile/${l}/000.p/200`)) ?? [])))
    const before = await read()
    await write(100)
    await sealNow()
    expect(await read()).toEqual(before)
    expect(before.map((b) => b.length > 200)).toEqual([true, true])
  })

  it('is done by one at a time', async () => {
    await sealer()
    await expect(
      startSealer({
        pool: db.stage('bf_seal'),
        store: null as never,
        signer,
        identity: { origin: '', verifierKey: signer.verifierKey, witnesses: [], quorum: 0 },
        witnessing: null,
        clock: systemClock,
        onProblem: () => undefined,
      }),
    ).rejects.toMatchObject({ code: 'evidence.locked' })
    await expect(openPosixStore(folder)).rejects.toMatchObject({ code: 'evidence.locked' })
  })
})

describe('a database and a log that contradict each other', () => {
  const sealed = async (n: number): Promise<void> => {
    await write(n)
    const { sealNow, close } = await sealer()
    await sealNow()
    await close()
  }
  const owner = (sql: string) => db.stage('bf_owner').query(sql)
  const refusal = async () => {
    const before = await readFile(join(folder, 'checkpoint'), 'utf8')
    const { sealNow, log } = await sealer()
    await expect(sealNow()).rejects.toMatchObject({ code: 'evidence.diverged' })
    expect((await log.status()).problem).toMatchObject({ code: 'evidence.diverged' })
    expect(await readFile(join(folder, 'checkpoint'), 'utf8')).toBe(before)
  }

  it('a database restored from before: nothing is sealed any more', async () => {
    await sealed(50)
    await owner('delete from evidence.entry where position >= 40')
    await refusal()
  })

  it('a restored database that has grown again', async () => {
    await sealed(50)
    await owner('delete from evidence.entry where position >= 40')
    await write(100, 'other')
    await refusal()
  })

  it.each([0, 25, 49])('an entry that was rewritten (%i)', async (position) => {
    await sealed(50)
    await owner(`update evidence.entry set body = '{"forged":1}' where position = ${position}`)
    await refusal()
  })

  it('another salt is another entry', async () => {
    await sealed(50)
    await owner('update evidence.entry set salt = evidence.random_bytes() where position = 31')
    await refusal()
  })

  it('a folder of the log that is gone is made again, byte by byte', async () => {
    await sealed(300)
    const before = await Promise.all(
      ['tile/0/000', 'tile/1/000.p/1', 'tile/entries/001.p/44', 'checkpoint'].map((p) => readFile(join(folder, p))),
    )
    await rm(folder, { recursive: true })
    await write(1)
    const { sealNow, log } = await sealer()
    await sealNow()
    expect((await log.status()).sealed).toBe(301)
    const after = await Promise.all(['tile/0/000', 'tile/1/000.p/1', 'tile/entries/001.p/44'].map((p) => log.read(p)))
    expect(after.map((b) => Buffer.from(b ?? []))).toEqual(before.slice(0, 3))
  })

  it('a folder that is gone and a rewritten database: not made again', async () => {
    await sealed(300)
    await rm(folder, { recursive: true })
    await owner(`update evidence.entry set body = '{"forged":1}' where position = 3`)
    const { sealNow } = await sealer()
    await expect(sealNow()).rejects.toMatchObject({ code: 'evidence.diverged' })
  })

  it('a keeper that knows of nothing, while there is a log', async () => {
    await sealed(50)
    signer.state = null
    await refusal()
  })

  it('a keeper restored from an older state signs what it signed before, and goes on', async () => {
    await sealed(50)
    const old = signer.state
    await sealed(50)
    const newest = await readFile(join(folder, 'checkpoint'), 'utf8')
    signer.state = old
    const { sealNow, log } = await sealer()
    await sealNow()
    expect(text(await log.read('checkpoint'))).toBe(newest)
  })

  it('a checkpoint in the store by another key', async () => {
    await sealed(50)
    signer = testCheckpointSigner(signer.origin, 9)
    await expect((await sealer()).sealNow()).rejects.toMatchObject({ code: 'evidence.diverged' })
  })
})

describe('publishing', () => {
  it('waits for the witnesses that are asked for', async () => {
    let answers = 0
    const witnessing: Witnessing = {
      cosign: async (note) => {
        answers += 1
        return { note, cosigned: [], refused: [{ witness: 'w', reason: 'asleep' }] }
      },
    }
    await write(5)
    const { sealNow, log } = await sealer({ witnessing, quorum: 1 })
    await sealNow()
    expect(answers).toBeGreaterThan(0)
    expect(await log.status()).toMatchObject({ sealed: 0, pending: 5, refused: [{ witness: 'w', reason: 'asleep' }] })
    expect(await log.read('checkpoint')).toBeNull()
    expect(await log.read('tile/0/000.p/5')).toBeNull()
  })
})
