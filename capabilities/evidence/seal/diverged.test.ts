import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { testCheckpointSigner } from '../../../kernel/testing/test-signer.ts'
import { sealerStage } from './testing/sealer-stage.ts'

const stage = sealerStage()

const text = (bytes: Uint8Array | null): string => Buffer.from(bytes ?? []).toString('utf8')

describe('a database and a log that contradict each other', () => {
  const sealed = async (n: number): Promise<void> => {
    await stage.write(n)
    const { sealNow, close } = await stage.sealer()
    await sealNow()
    await close()
  }
  const refusal = async () => {
    const before = await readFile(join(stage.folder, 'checkpoint'), 'utf8')
    const { sealNow, log } = await stage.sealer()
    await expect(sealNow()).rejects.toMatchObject({ code: 'evidence.diverged' })
    expect((await log.status()).problem).toMatchObject({ code: 'evidence.diverged' })
    expect(await readFile(join(stage.folder, 'checkpoint'), 'utf8')).toBe(before)
  }

  it('a database restored from before: nothing is sealed any more', async () => {
    await sealed(50)
    await stage.owner('delete from evidence.entry where position >= 40')
    await refusal()
  })

  it('a restored database that has grown again', async () => {
    await sealed(50)
    await stage.owner('delete from evidence.entry where position >= 40')
    await stage.write(100, 'other')
    await refusal()
  })

  it.each([0, 25, 49])('an entry that was rewritten (%i)', async (position) => {
    await sealed(50)
    await stage.owner(`update evidence.entry set body = '{"forged":1}' where position = ${position}`)
    await refusal()
  })

  it('another salt is another entry', async () => {
    await sealed(50)
    await stage.owner('update evidence.entry set salt = evidence.random_bytes() where position = 31')
    await refusal()
  })

  it('a folder of the log that is gone is made again, byte by byte', async () => {
    await sealed(300)
    const before = await Promise.all(
      ['tile/0/000', 'tile/1/000.p/1', 'tile/entries/001.p/44', 'checkpoint'].map((p) =>
        readFile(join(stage.folder, p)),
      ),
    )
    await rm(stage.folder, { recursive: true })
    await stage.write(1)
    const { sealNow, log } = await stage.sealer()
    await sealNow()
    expect((await log.status()).sealed).toBe(301)
    const after = await Promise.all(['tile/0/000', 'tile/1/000.p/1', 'tile/entries/001.p/44'].map((p) => log.read(p)))
    expect(after.map((b) => Buffer.from(b ?? []))).toEqual(before.slice(0, 3))
  })

  it('a folder that is gone and a rewritten database: not made again', async () => {
    await sealed(300)
    await rm(stage.folder, { recursive: true })
    await stage.owner(`update evidence.entry set body = '{"forged":1}' where position = 3`)
    const { sealNow } = await stage.sealer()
    await expect(sealNow()).rejects.toMatchObject({ code: 'evidence.diverged' })
  })

  it('a keeper that knows of nothing, while there is a log', async () => {
    await sealed(50)
    stage.signer.state = null
    await refusal()
  })

  it('a keeper restored from an older state signs what it signed before, and goes on', async () => {
    await sealed(50)
    const old = stage.signer.state
    await sealed(50)
    const newest = await readFile(join(stage.folder, 'checkpoint'), 'utf8')
    stage.signer.state = old
    const { sealNow, log } = await stage.sealer()
    await sealNow()
    expect(text(await log.read('checkpoint'))).toBe(newest)
  })

  it('a checkpoint in the store by another key', async () => {
    await sealed(50)
    stage.signer = testCheckpointSigner(stage.signer.origin, 9)
    await expect((await stage.sealer()).sealNow()).rejects.toMatchObject({ code: 'evidence.diverged' })
  })
})

describe('a damaged store', () => {
  it('heals tiles and entries that are damaged in the store, from the database', async () => {
    await stage.write(600)
    const first = await stage.sealer()
    await first.sealNow()
    await first.close()
    const paths = ['tile/0/000', 'tile/entries/001', 'tile/entries/002.p/88']
    const before = await Promise.all(paths.map((path) => readFile(join(stage.folder, path))))
    await rm(join(stage.folder, 'tile/0/000'))
    await writeFile(join(stage.folder, 'tile/entries/001'), 'torn')
    await writeFile(join(stage.folder, 'tile/entries/002.p/88'), Buffer.alloc(before[2]?.length ?? 0))
    const second = await stage.sealer()
    await second.sealNow()
    expect(await Promise.all(paths.map((path) => readFile(join(stage.folder, path))))).toEqual(before)
  })

  it('overwrites nothing of the store where the database is not the one that was sealed', async () => {
    await stage.write(600)
    const first = await stage.sealer()
    await first.sealNow()
    await first.close()
    await rm(join(stage.folder, 'tile/entries/002.p/88'))
    const before = await readFile(join(stage.folder, 'tile/entries/000'))
    await stage.owner(`update evidence.entry set body = '{"forged":1}' where position = 3`)
    await expect((await stage.sealer()).sealNow()).rejects.toMatchObject({ code: 'evidence.diverged' })
    expect(await readFile(join(stage.folder, 'tile/entries/000'))).toEqual(before)
  })
})

describe('two heads that contradict each other', () => {
  it('a keeper that remembers nothing and a log without its newest head', async () => {
    await stage.write(20)
    const { sealNow, close } = await stage.sealer()
    await sealNow()
    await close()
    stage.signer.state = null
    await rm(join(stage.folder, 'pending'))
    await expect((await stage.sealer()).sealNow()).rejects.toMatchObject({ code: 'evidence.diverged' })
  })

  it('two trees of one size', async () => {
    await stage.write(20)
    const { sealNow, close } = await stage.sealer()
    await sealNow()
    await close()
    stage.signer.state = { size: 20, root: new Uint8Array(32) }
    await expect((await stage.sealer()).sealNow()).rejects.toMatchObject({
      code: 'evidence.diverged',
      detail: { reason: 'two trees of 20 entries were signed' },
    })
  })
})
