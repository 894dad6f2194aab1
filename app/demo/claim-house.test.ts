import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { syncSystems } from '../../kernel/collect/systems.ts'
import type { BergfriedError } from '../../kernel/errors.ts'
import { type TestDatabase, testDatabase } from '../../kernel/testing/cluster.ts'
import { claimHouse, markReady } from './claim-house.ts'

const at = new Date('2026-11-23T13:00:00Z')
const where = '/somewhere'

let db: TestDatabase
beforeEach(async () => {
  db = await testDatabase()
})
afterEach(() => db.close())

const owner = () => db.stage('bf_owner')
const asDemo = () => claimHouse(owner(), { demo: true, at, where })
const asReal = () => claimHouse(owner(), { demo: false, at, where })

describe('a database', () => {
  it('that holds real facts never becomes a demo, also where it never said what it is', async () => {
    await syncSystems(db.stage('bf_desk'), [{ name: 'h', kind: 'host' }], [{}], at)
    await expect(asDemo()).rejects.toMatchObject({ code: 'demo.is_real', detail: { where } })
    expect(await asReal()).toMatchObject({ demo: false })
    await expect(asDemo()).rejects.toMatchObject({ code: 'demo.is_real' })
  })

  it('of a demo is refused to everybody who works with real facts', async () => {
    expect(await asDemo()).toMatchObject({ demo: true, readyAt: null, fresh: true })
    const refusal = await asReal().catch((error: unknown) => error)
    expect(refusal).toMatchObject({ code: 'demo.is_demo' })
    expect((refusal as BergfriedError).sentence('de')).toMatch(/^Unter \/somewhere liegt eine Demo/)
    expect((refusal as BergfriedError).sentence('en')).toMatch(/^There is a demo in \/somewhere/)
  })

  it('stays what it is, also for its owner', async () => {
    await asDemo()
    for (const sql of [
      'update desk.house set demo = false',
      'delete from desk.house',
      `update desk.house set made_at = made_at + interval '1 day'`,
      'update desk.house set id = gen_random_uuid()',
    ]) {
      await expect(owner().query(sql), sql).rejects.toThrow(/db\.|never changes/)
    }
    await expect(owner().query('insert into desk.house (demo, made_at) values (false, now())')).rejects.toThrow()
    expect(await asDemo()).toMatchObject({ demo: true, fresh: false })
  })

  it('says when its past was told, once', async () => {
    const { id } = await asDemo()
    await markReady(owner(), at)
    await markReady(owner(), new Date(0))
    expect(await asDemo()).toEqual({ demo: true, id, madeAt: at, readyAt: at, fresh: false })
  })

  it('tells every stage whose it is, and lets none of them say so', async () => {
    await asDemo()
    for (const role of ['bf_collect', 'bf_judge', 'bf_seal', 'bf_publish', 'bf_desk', 'bf_audit'] as const) {
      expect(await db.stage(role).query('select demo from desk.house')).toEqual([{ demo: true }])
      await expect(db.stage(role).query('update desk.house set demo = demo'), role).rejects.toThrow()
    }
  })
})
