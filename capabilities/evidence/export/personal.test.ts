import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FactKind } from '../../../facts/kinds.ts'
import { personFact } from '../../../facts/person.fact.ts'
import { defineCheck } from '../../../kernel/check/check.ts'
import { collectSystem } from '../../../kernel/collect/run.ts'
import { type TestDatabase, testDatabase } from '../../../kernel/testing/cluster.ts'
import { zero } from '../../../kernel/testing/zero-stage.ts'
import { recordExport } from './record-export.ts'
import { acceptAll, endAccepted, erase, vouch } from './testing/decisions.ts'
import { type PackStage, packStage } from './testing/pack-stage.ts'
import { filesOf } from './testing/repack.ts'

let db: TestDatabase
let stage: PackStage
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())
beforeEach(async () => {
  stage = await packStage(db)
})
afterEach(() => stage.close())

const OWNER = 'person-4711'
const REASON = 'the vault is being rebuilt'
const VOUCHER = 'person-4712'

/** Reads the register too, so that its facts are a population. */
const withPeople = defineCheck({ ...zero, fleet: ['person'] })

async function decisions(): Promise<number> {
  const now = stage.clock.now()
  await vouch(db, now, { control: 'TST-02', person: VOUCHER, document: 'paper-815', by: 'cli:somebody' })
  return acceptAll(db, now, { check: zero.id, owner: OWNER, reason: REASON, by: 'cli:somebody' })
}

const PERSONAL = [OWNER, REASON, VOUCHER, 'paper-815', 'cli:somebody']
const found = (archive: Buffer) => PERSONAL.filter((text) => archive.includes(text))
const linesOf = (archive: Buffer, name: string) =>
  String(filesOf(archive).get(name) ?? '')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { member: string; values: unknown })

describe('what a pack says of people', () => {
  it('stays sealed unless it is asked for', async () => {
    await decisions()
    await stage.history(1)
    await stage.seal()
    const pack = await stage.packed({ controls: null })
    expect(found(pack.archive)).toEqual([])
    expect(pack.archive.includes('"sealed')).toBe(true)
    await stage.verify(pack.path)
  })

  it('is told in files of its own where it is asked for, and that is recorded with the digest of the pack', async () => {
    await decisions()
    await stage.seal()
    const pack = await stage.packed({ controls: null, openPersonal: true })
    expect(found(pack.archive)).toEqual(PERSONAL)
    const { remarks, manifest } = await stage.verify(pack.path)
    expect(manifest.personal).toBe('open')
    expect(remarks.map((r) => r.en)).toContain("What personal/ and decisions/ say of people is the operator's word.")
    expect(linesOf(pack.archive, 'personal/000000.jsonl').map((l) => [l.member, l.values])).toEqual([
      ['/by', { by: 'cli:somebody' }],
      ['/person', { person: VOUCHER, document: 'paper-815' }],
      ['/by', { by: 'cli:somebody' }],
      ['/owner', { owner: OWNER, reason: REASON }],
    ])
    const position = await recordExport(db.stage('bf_desk'), 'cli:auditor', stage.clock.now(), pack)
    const [entry] = await db
      .stage('bf_audit')
      .query<{ kind: string; body: string }>('select kind, body from evidence.entry where position = $1', [position])
    expect(entry?.kind).toBe('export')
    expect(JSON.parse(entry?.body ?? '')).toMatchObject({
      sha256: pack.sha256,
      from: '2026-11-01T00:00:00.000Z',
      controls: null,
    })
    expect(entry?.body).not.toContain('cli:auditor')
  })

  it('of somebody who was erased is in no pack, whoever asks, and the pack still verifies', async () => {
    const id = await decisions()
    await stage.seal()
    await endAccepted(db, stage.clock.now(), id, 'cli:other')
    await erase(db, stage.clock.now(), OWNER)
    await stage.seal()
    const pack = await stage.packed({ controls: null, openPersonal: true })
    expect(found(pack.archive)).toEqual([VOUCHER, 'paper-815', 'cli:somebody'])
    await stage.verify(pack.path)
  })

  it('in the register is held back; shown are on request those who are in it now', async () => {
    const [register] = await db
      .stage('bf_desk')
      .query<{ id: number; name: string }>(`select id, name from desk.system where kind = 'register'`)
    const store = (people: readonly string[]) => {
      stage.clock.advance(1000)
      const rows = people.map((person) => ({ ...personFact.sample, person, displayName: `name of ${person}` }))
      return collectSystem(db.stage('bf_collect'), {
        system: register as { id: number; name: string },
        connectors: [],
        target: undefined as never,
        clock: stage.clock,
        given: new Map<FactKind, typeof rows>([['person', rows]]),
      })
    }
    await store(['stays', 'leaves'])
    await store(['stays'])
    await stage.seal()
    const checks = new Map([[withPeople.id as string, withPeople]])
    const closed = await stage.packed({ checks })
    expect(closed.archive.includes('name of')).toBe(false)
    expect((await stage.verify(closed.path)).proved).toMatchObject({ withheld: 2, periods: 2 })
    const open = await stage.packed({ checks, openPersonal: true })
    expect(open.archive.includes('name of stays')).toBe(true)
    expect(open.archive.includes('name of leaves')).toBe(false)
    expect((await stage.verify(open.path)).proved).toMatchObject({ withheld: 1, exact: 1 })
  })
})
