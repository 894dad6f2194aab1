import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { declarationProblem, readingSql } from '../kernel/check/judge-sql.ts'
import { type TestDatabase, testDatabase } from '../kernel/testing/cluster.ts'
import { EXAMPLE_NOW, runExample } from '../kernel/testing/run-example.ts'
import { CHECKS } from './checks.generated.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())

const plain = (rows: readonly { resource: string; status: string; reason: string }[]) =>
  rows
    .map(({ resource, status, reason }) => ({ resource, status, reason }))
    .sort((a, b) => (a.resource < b.resource ? -1 : 1))

describe.each(CHECKS.map((c) => [c.id, c] as const))('%s', (_id, check) => {
  it.each(check.examples.map((e) => [e.name.en, e] as const))('%s', async (_name, example) => {
    const rows = await runExample(db.stage('bf_owner'), check, example)
    expect(plain(rows)).toEqual(plain(example.expect))
  })

  it('declares what it reads, and reads nothing else', async () => {
    expect(declarationProblem(check)).toBeNull()
    const [plan] = await db
      .stage('bf_judge')
      .query<{ 'QUERY PLAN': unknown }>(
        `explain (verbose, format json) with ${readingSql(check, 'now')} select * from seen`,
        [[1], EXAMPLE_NOW, check.reads],
      )
    const relations = new Set(
      [...JSON.stringify(plan).matchAll(/"Relation Name":"([^"]+)"[^}]*?"Schema":"([^"]+)"/g)].map(
        (m) => `${m[2]}.${m[1]}`,
      ),
    )
    const allowed = [...check.reads, ...(check.fleet ?? [])].map((kind) => `fact.${kind}`)
    expect(relations).toContain('collect.pulse')
    for (const relation of relations) expect([...allowed, 'desk.system', 'collect.pulse']).toContain(relation)
  })

  it('is never ok without facts, nor without one of the kinds it reads', async () => {
    const empty = await runExample(db.stage('bf_owner'), check, { facts: {} })
    expect(empty.map((r) => r.status)).not.toContain('ok')
    for (const kind of check.reads) {
      for (const example of check.examples) {
        const facts = Object.fromEntries(Object.entries(example.facts).filter(([k]) => k !== kind))
        const rows = await runExample(db.stage('bf_owner'), check, { ...example, facts }, { missingKinds: [kind] })
        expect(plain(rows)).toEqual([{ resource: '*', status: 'stale', reason: 'never_collected' }])
      }
    }
  })

  it('has an example that is ok and one that alarms, and words for every reason', () => {
    const expected = check.examples.flatMap((e) => e.expect)
    expect(new Set(expected.map((r) => r.status))).toEqual(new Set([...expected.map((r) => r.status), 'ok', 'alarm']))
    const own = expected.map((r) => r.reason).filter((r) => r !== 'nothing_in_scope')
    expect(Object.keys(check.reasons)).toEqual(expect.arrayContaining(own))
  })
})
