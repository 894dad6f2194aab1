import { describe, expect, it } from 'vitest'
import { leafOf, type StoredEntry } from '../../../kernel/ledger/leaf.ts'
import { testCheckpointSigner } from '../../../kernel/testing/test-signer.ts'
import { openPosixReader } from '../log/posix-store.ts'
import { reconcile } from './reconcile.ts'
import type { RunningSealer } from './run-sealer.ts'
import { sealerStage, WRITTEN_AT } from './testing/sealer-stage.ts'

const stage = sealerStage()
const { owner, write } = stage
const bring = () =>
  reconcile({
    owner: stage.db.stage('bf_owner'),
    log: openPosixReader(stage.folder),
    verifierKey: stage.signer.verifierKey,
    at: WRITTEN_AT,
  })

async function withSealer<T>(work: (sealer: RunningSealer) => Promise<T>): Promise<T> {
  const running = await stage.sealer()
  try {
    return await work(running)
  } finally {
    await running.close()
  }
}

const sealedSize = () =>
  withSealer(async (s) => {
    await s.sealNow()
    return (await s.log.status()).sealed
  })

type Row = StoredEntry & { readonly position: number; readonly previous: number | null }
const entries = () =>
  stage.db
    .stage('bf_seal')
    .query<Row>('select position, previous, at, kind, body, salt, leaf from evidence.entry order by position')

describe('a restored database', () => {
  it('gets its lost entries back from the log, with the new ones behind them, and sealing goes on', async () => {
    await write(600, 'before')
    await withSealer((s) => s.sealNow())
    const sealed = (await entries()).map((row) => Buffer.from(leafOf(row)).toString())
    await owner('delete from evidence.entry where position >= 200')
    await write(500, 'after')
    const written = (await entries()).slice(200).map((row) => row.body)
    await withSealer((s) => expect(s.sealNow()).rejects.toMatchObject({ code: 'evidence.diverged' }))

    expect(await bring()).toEqual({ sealed: 600, lost: 400, moved: 500, from: 200 })
    const now = await entries()
    expect(now.map((row) => row.position)).toEqual(Array.from({ length: 1101 }, (_, i) => i))
    expect(now.every((row) => row.previous === (row.position === 0 ? null : row.position - 1))).toBe(true)
    expect(now.slice(0, 600).map((row) => Buffer.from(leafOf(row)).toString())).toEqual(sealed)
    expect(now.slice(200, 600).every((row) => row.body === null && row.salt === null)).toBe(true)
    expect(now.slice(600, 1100).map((row) => row.body)).toEqual(written)
    expect(now[1100]).toMatchObject({
      kind: 'reconciled',
      body: '{"from":200,"lost":400,"moved":500,"sealed":600}',
    })
    expect(await sealedSize()).toBe(1101)
    expect(await bring()).toEqual({ sealed: 1101, lost: 0, moved: 0, from: null })
  })

  it('is brought back from nothing', async () => {
    await write(300, 'before')
    await withSealer((s) => s.sealNow())
    await owner('truncate evidence.entry')
    expect(await bring()).toEqual({ sealed: 300, lost: 300, moved: 0, from: 0 })
    expect(await sealedSize()).toBe(301)
  })

  it('is left alone where it lost nothing', async () => {
    await write(10, 'before')
    await withSealer((s) => s.sealNow())
    await write(5, 'later')
    const before = await entries()
    expect(await bring()).toMatchObject({ lost: 0, from: null })
    expect(await entries()).toEqual(before)
  })
})

describe('what is no restored database', () => {
  it('an entry changed in the middle stays for people to look at', async () => {
    await write(300, 'before')
    await withSealer((s) => s.sealNow())
    await owner(`update evidence.entry set body = '{"forged":1}' where position = 100`)
    const before = await entries()
    await expect(bring()).rejects.toMatchObject({
      code: 'evidence.diverged',
      detail: { reason: expect.stringContaining('entry 100 is another one, entry 101') },
    })
    expect(await entries()).toEqual(before)
  })

  it('no log, or one of another key', async () => {
    await write(3, 'before')
    await expect(bring()).rejects.toMatchObject({ code: 'evidence.not_sealed' })
    await withSealer((s) => s.sealNow())
    stage.signer = testCheckpointSigner(stage.signer.origin, 7)
    await expect(bring()).rejects.toMatchObject({ code: 'evidence.diverged' })
  })

  it('a database that is being sealed', async () => {
    await write(3, 'before')
    await withSealer(async (s) => {
      await s.sealNow()
      await expect(bring()).rejects.toMatchObject({ code: 'evidence.locked' })
    })
  })
})
