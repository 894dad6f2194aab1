import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openCheckpoint } from '../../../engines/tlog/checkpoint.ts'
import { parseVerifierKey } from '../../../engines/tlog/note.ts'
import { verifyProof } from '../../../engines/tlog/offline-proof.ts'
import { decodeBundle } from '../../../engines/tlog/tile.ts'
import { systemClock } from '../../../kernel/clock/clock.ts'
import { appendEntry } from '../../../kernel/ledger/entry.ts'
import { leafOf, type StoredEntry } from '../../../kernel/ledger/leaf.ts'
import { openPosixStore } from '../log/posix-store.ts'
import { leavesFrom } from './entries.ts'
import { holdSeal } from './hold-seal.ts'
import type { Witnessing } from './publisher.ts'
import { startSealer } from './run-sealer.ts'
import { sealerStage, WRITTEN_AT } from './testing/sealer-stage.ts'

const stage = sealerStage()

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5))
}

const leaves = async (): Promise<Uint8Array[]> => {
  const rows = await stage.db
    .stage('bf_seal')
    .query<StoredEntry>('select at, kind, body, salt, leaf from evidence.entry order by position')
  return rows.map(leafOf)
}

const text = (bytes: Uint8Array | null): string => Buffer.from(bytes ?? []).toString('utf8')

describe('sealing', () => {
  it('takes committed entries into the log, and a proof of each holds', async () => {
    await stage.write(300)
    const { log, sealNow } = await stage.sealer()
    await sealNow()
    const all = await leaves()
    const key = parseVerifierKey(stage.signer.verifierKey)
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
    await stage.write(10)
    const first = await stage.sealer()
    await first.sealNow()
    await first.close()
    await stage.write(300)
    const pending = await readFile(join(stage.folder, 'pending'))
    const second = await stage.sealer()
    await second.sealNow()
    await second.close()
    // As after a kill between the signature and its storage.
    await writeFile(join(stage.folder, 'pending'), pending)
    await writeFile(join(stage.folder, 'checkpoint'), pending)
    const third = await stage.sealer()
    await third.sealNow()
    expect(await third.log.status()).toMatchObject({ sealed: 310, pending: 310, problem: null })
  })

  it('shows nothing that the published checkpoint does not vouch for', async () => {
    await stage.write(300)
    const { log, sealNow } = await stage.sealer()
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
    await stage.write(200)
    const { log, sealNow } = await stage.sealer()
    await sealNow()
    const read = async () =>
      Promise.all(['entries', '0'].map(async (l) => Buffer.from((await log.read(`tile/${l}/000.p/200`)) ?? [])))
    const before = await read()
    await stage.write(100)
    await sealNow()
    expect(await read()).toEqual(before)
    expect(before.map((b) => b.length > 200)).toEqual([true, true])
  })

  it('is done by one at a time', async () => {
    await stage.sealer()
    await expect(
      startSealer({
        pool: stage.db.stage('bf_seal'),
        store: null as never,
        signer: stage.signer,
        identity: { origin: '', verifierKey: stage.signer.verifierKey, witnesses: [], quorum: 0 },
        witnessing: null,
        clock: systemClock,
        onProblem: () => undefined,
      }),
    ).rejects.toMatchObject({ code: 'evidence.locked' })
    await expect(openPosixStore(stage.folder)).rejects.toMatchObject({ code: 'evidence.locked' })
  })
})

describe('a sealer at work', () => {
  it('notices that the database was put back under it', async () => {
    await stage.write(50)
    const { sealNow, log } = await stage.sealer()
    await sealNow()
    await stage.owner('delete from evidence.entry where position >= 40')
    await stage.write(30, 'other')
    await expect(sealNow()).rejects.toMatchObject({ code: 'evidence.diverged' })
    expect((await log.status()).sealed).toBe(50)
  })

  it('notices that it lost its connection, and with it the right to seal', async () => {
    await stage.write(5)
    const first = await stage.sealer()
    await first.sealNow()
    await stage.owner(
      `select pg_terminate_backend(pid, 5000) from pg_locks where locktype = 'advisory' and objid = 7405
       and database = (select oid from pg_database where datname = current_database())`,
    )
    const taken = await holdSeal(stage.db.stage('bf_seal'))
    await stage.write(5)
    await expect(first.sealNow()).rejects.toMatchObject({ code: 'evidence.locked' })
    await taken.release()
    await first.sealNow()
    expect(await first.log.status()).toMatchObject({ sealed: 10, problem: null })
  })

  it('publishes while it seals, and waits for no witness', async () => {
    await stage.write(3)
    let answer: () => void = () => undefined
    const asleep = new Promise<void>((resolve) => {
      answer = resolve
    })
    const witnessing: Witnessing = {
      cosign: async (note) => {
        await asleep
        return { note, cosigned: [], refused: [] }
      },
    }
    const { sealNow, log } = await stage.sealer({ witnessing })
    const waiting = sealNow()
    await until(async () => (await log.status()).pending === 3)
    await stage.write(4)
    const more = sealNow()
    await until(async () => (await log.status()).pending === 7)
    expect((await log.status()).sealed).toBe(0)
    answer()
    await Promise.all([waiting, more])
    expect((await log.status()).sealed).toBe(7)
  })

  it('reads large entries a few at a time', async () => {
    const body = { text: randomBytes(29_000).toString('hex') }
    await stage.db.stage('bf_judge').transaction(async (tx) => {
      for (let i = 0; i < 300; i++) await appendEntry(tx, WRITTEN_AT, 'judgement', body)
    })
    expect((await leavesFrom(stage.db.stage('bf_seal'), 0)).length).toBeLessThan(300)
    const { sealNow, log } = await stage.sealer()
    await sealNow()
    expect((await log.status()).sealed).toBe(300)
  })
})

describe('publishing', () => {
  it('waits for the witnesses that are asked for', async () => {
    let answers = 0
    const witnessing: Witnessing = {
      cosign: async (note) => {
        answers += 1
        return {
          note,
          cosigned: [],
          refused: [{ witness: 'w', reason: 'asleep', reasonDe: 'schläft', otherHistory: false }],
        }
      },
    }
    await stage.write(5)
    const { sealNow, log } = await stage.sealer({ witnessing, quorum: 1 })
    await sealNow()
    expect(answers).toBeGreaterThan(0)
    expect(await log.status()).toMatchObject({ sealed: 0, pending: 5, refused: [{ witness: 'w', reason: 'asleep' }] })
    expect(await log.read('checkpoint')).toBeNull()
    expect(await log.read('tile/0/000.p/5')).toBeNull()
    expect((await log.status()).problem).toMatchObject({ code: 'witness.refused', detail: { reason: 'asleep' } })
  })

  it('says loudly that a witness saw another history, also where enough others confirm', async () => {
    const seen = { witness: 'w', reason: 'ANOTHER HISTORY', reasonDe: 'ANDERE GESCHICHTE', otherHistory: true }
    const witnessing: Witnessing = { cosign: async (note) => ({ note, cosigned: [], refused: [seen] }) }
    await stage.write(5)
    const { sealNow, log, problems } = await stage.sealer({ witnessing, quorum: 0 })
    await sealNow()
    expect(await log.status()).toMatchObject({
      sealed: 5,
      problem: { code: 'witness.refused', detail: { witness: 'w', reason: 'ANOTHER HISTORY' } },
    })
    expect(problems).toMatchObject([{ code: 'witness.refused' }])
  })
})
