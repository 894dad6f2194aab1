import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Check } from '../../../kernel/check/check.ts'
import type { Policy } from '../../../kernel/policy/policy-schema.ts'
import { type TestDatabase, testDatabase } from '../../../kernel/testing/cluster.ts'
import { type TestHttp, testHttp } from '../../../kernel/testing/http.ts'
import { zero } from '../../../kernel/testing/zero-stage.ts'
import { SEVERITIES } from '../contract.ts'
import type { FindingRow } from '../contract-tables.ts'
import { exportFindingTable } from '../routes/export-findings-table.route.ts'
import { getFinding } from '../routes/get-finding.route.ts'
import { listEvidenceTable } from '../routes/list-evidence-table.route.ts'
import { listFindingTable } from '../routes/list-findings-table.route.ts'
import { listSystemTable } from '../routes/list-systems-table.route.ts'
import { search } from '../routes/search.route.ts'
import { fillLargeHouse } from '../testing/large-house.ts'

const checks: readonly Check[] = (['low', 'critical', 'high'] as const).map((severity, i) => ({
  ...zero,
  id: `test.check-${i}` as const,
  severity,
  title: { de: `Prüfung ${i}`, en: `Check ${i}` },
}))
const policy: Policy = {
  chapters: [],
  frameworks: [],
  roles: [],
  controls: [
    {
      id: 'TST-01',
      chapter: 'TST',
      claim: { de: 'Alles ist null.', en: 'Everything is zero.' },
      enforced: null,
      owner: 'o',
      checks: ['test.check-0', 'test.check-1'],
      attestations: [],
      freshness: 'PT24H',
      references: {},
      public: true,
    },
  ],
}

let db: TestDatabase
let server: TestHttp
beforeAll(async () => {
  db = await testDatabase()
  const routes = [listFindingTable, exportFindingTable, getFinding, listSystemTable, listEvidenceTable, search]
  server = await testHttp(db, routes, { policy, checks: new Map(checks.map((c) => [c.id, c])) })
  await fillLargeHouse(db, { checks, systems: 5, rows: 700, okEvery: 4, entries: 1200, now: server.clock.now() })
})
afterAll(async () => {
  await server.http.close()
  await db.close()
})

interface Answer<R> {
  readonly total: number
  readonly rows: readonly R[]
}
const table = async <R = FindingRow>(query: string, path = 'findings'): Promise<Answer<R>> => {
  const { status, body } = await server.call('GET', `/api/tables/${path}?${query}`, ['read'])
  expect([query, status]).toEqual([query, 200])
  return body as Answer<R>
}
const everything = async (query = ''): Promise<readonly FindingRow[]> => {
  const { total } = await table(`limit=1&${query}`)
  const rows: FindingRow[] = []
  for (let offset = 0; offset < total; offset += 500)
    rows.push(...(await table(`limit=500&offset=${offset}&${query}`)).rows)
  expect(rows).toHaveLength(total)
  return rows
}

describe('the table of findings', () => {
  it('has every open row that is not fine, once, over its pages', async () => {
    const [stored] = await db
      .stage('bf_owner')
      .query<{ n: number }>(
        `select count(*) as n from finding.verdict_row where status in ('alarm', 'error') and valid_to = 'infinity'`,
      )
    const rows = await everything()
    expect(new Set(rows.map((r) => r.id)).size).toBe(stored?.n)
  })

  it.each([
    ['severity', (r: FindingRow) => SEVERITIES.indexOf(r.severity)],
    ['system', (r: FindingRow) => r.system],
    ['resource', (r: FindingRow) => r.resource],
    ['openedAt', (r: FindingRow) => r.openedAt],
  ] as readonly (readonly [string, (r: FindingRow) => string | number])[])(
    'sorts by %s, both ways, as a walk over all rows does',
    async (column, key) => {
      for (const [sort, sign] of [
        [column, 1],
        [`-${column}`, -1],
      ] as const) {
        const keys = (await everything(`sort=${sort}`)).map(key)
        const inOrder = keys.every((k, i) => i === 0 || sign * compare(keys[i - 1] ?? k, k) <= 0)
        expect([sort, inOrder]).toEqual([sort, true])
      }
    },
  )

  it.each([
    ['status=error', (r: FindingRow) => r.status === 'error'],
    ['severity=critical', (r: FindingRow) => r.severity === 'critical'],
    ['system=big-2', (r: FindingRow) => r.system === 'big-2'],
    ['check=test.check-2', (r: FindingRow) => r.check === 'test.check-2'],
    ['control=TST-01', (r: FindingRow) => r.controls.includes('TST-01')],
    ['q=resource-1%20big-3', (r: FindingRow) => r.resource.includes('resource-1') && r.system.includes('big-3')],
    ['q=TST-01', (r: FindingRow) => r.controls.includes('TST-01')],
    ['q=%25', () => false],
  ] as const)('filters by %s, as a walk over all rows does', async (query, fits) => {
    const expected = (await everything()).filter(fits).map((r) => r.id)
    expect(new Set((await everything(query)).map((r) => r.id))).toEqual(new Set(expected))
  })

  it('takes nothing that is not a filter', async () => {
    for (const wrong of ['limit=501', 'offset=-1', 'state=x', 'status=ok', 'more=1', 'q='.padEnd(260, 'x')])
      expect([wrong, (await server.call('GET', `/api/tables/findings?${wrong}`, ['read'])).status]).toEqual([
        wrong,
        400,
      ])
  })

  it('leaves the house as it is shown, with an entry in the evidence that names nobody in clear', async () => {
    expect((await server.call('GET', '/api/tables/findings/export', ['read'])).status).toBe(403)
    const { body } = await server.call('GET', '/api/tables/findings/export?format=json&severity=critical', ['export'])
    expect((body as FindingRow[]).map((r) => r.id)).toEqual((await everything('severity=critical')).map((r) => r.id))
    const [entry] = await db
      .stage('bf_publish')
      .query<{ body: string }>(`select body from evidence.entry where kind = 'export' order by position desc limit 1`)
    expect(JSON.parse(entry?.body ?? '{}')).toMatchObject({ table: 'findings', format: 'json' })
    expect(entry?.body).not.toContain('critical')
  })
})

describe('a finding', () => {
  it('is told with its whole run: opened with the first row, though its reason changed since', async () => {
    const [row] = (await table('limit=1&sort=resource')).rows
    if (row === undefined) throw new Error('no row')
    const owner = db.stage('bf_owner')
    const changed = new Date(server.clock.now().getTime() - 1000)
    const closedBefore = (await everything('state=closed')).map((r) => r.id)
    await owner.query('update finding.verdict_row set valid_to = $2 where id = $1', [row.id, changed])
    const [next] = await owner.query<{ id: number }>(
      `insert into finding.verdict_row (check_id, system_id, status, valid_from, resource, reason)
       select check_id, system_id, 'alarm', $2, resource, reason from finding.verdict_row where id = $1 returning id`,
      [row.id, changed],
    )
    await rowsChanged()
    const { body } = await server.call('GET', `/api/findings/${next?.id}`, ['read'])
    expect(body).toMatchObject({ finding: { openedAt: row.openedAt, closedAt: null } })
    expect((body as { history: unknown[] }).history).toHaveLength(2)
    expect(
      (await everything()).filter(
        (r) => r.resource === row.resource && r.system === row.system && r.check === row.check,
      ),
    ).toHaveLength(1)
    expect((await everything('state=closed')).map((r) => r.id)).toEqual(closedBefore)
    await owner.query('update finding.verdict_row set valid_to = $2 where id = $1', [next?.id, server.clock.now()])
    await rowsChanged()
    expect((await everything('state=closed&sort=-closedAt'))[0]?.id).toBe(next?.id)
    expect((await table('state=closed')).total).toBe(closedBefore.length + 1)
  })

  it('that is not there is not found', async () => {
    expect((await server.call('GET', '/api/findings/99999999', ['read'])).status).toBe(404)
  })
})

describe('the other tables', () => {
  it('count open findings of each system as the table of findings does', async () => {
    const systems = (await table<{ name: string; open: number }>('q=big', 'systems')).rows
    for (const { name, open } of systems) expect([name, open]).toEqual([name, (await table(`system=${name}`)).total])
  })

  it('call a system silent from which nothing was read for an hour', async () => {
    const all = await table('q=big&state=ok', 'systems')
    expect(all.total).toBe(5)
    server.clock.advance(3_600_001)
    expect((await table('q=big&state=silent', 'systems')).total).toBe(5)
    server.clock.advance(-3_600_001)
  })

  it('give the same entries by place, from both ends, and by kind', async () => {
    const { total } = await table('limit=1', 'evidence')
    const down = (await table<{ position: number }>('offset=100&limit=50', 'evidence')).rows.map((r) => r.position)
    expect(down).toEqual(Array.from({ length: 50 }, (_, i) => total - 101 - i))
    const up = (await table<{ position: number }>('sort=position&offset=100&limit=50', 'evidence')).rows
    expect(up.map((r) => r.position)).toEqual(Array.from({ length: 50 }, (_, i) => 100 + i))
    expect((await table('kind=judgement', 'evidence')).total).toBe(120)
    expect((await table('q=judgement', 'evidence')).total).toBe(120)
  })
})

it('search tells of nothing that the caller may not read', async () => {
  const hits = async (may: readonly ('policy' | 'read' | 'people')[], q: string) =>
    (await server.call('GET', `/api/search?q=${q}`, may)).body as { hits: { kind: string }[] }
  expect((await hits(['policy'], 'big-2')).hits).toEqual([])
  expect((await hits(['policy'], 'TST')).hits.map((h) => h.kind)).toEqual(['control'])
  expect(new Set((await hits(['policy', 'read'], 'big-2')).hits.map((h) => h.kind))).toEqual(new Set(['finding']))
})

/** The judge commits every change of rows with its entry: what is kept of the rows is kept until the next one. */
const rowsChanged = () =>
  db.stage('bf_owner').query(
    `insert into evidence.entry (position, previous, at, kind, body, digest, salt)
       select max(position) + 1, max(position), $1, 'verdicts', '{"check":"test.check-0"}', sha256('x'), sha256('y') from evidence.entry`,
    [server.clock.now()],
  )

const compare = (a: string | number, b: string | number): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0
