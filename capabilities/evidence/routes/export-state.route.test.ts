import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../kernel/testing/cluster.ts'
import { testHttp } from '../../../kernel/testing/http.ts'
import { type PackStage, packStage } from '../export/testing/pack-stage.ts'
import { exportOcsf } from './export-ocsf.route.ts'
import { exportOscal } from './export-oscal.route.ts'

let db: TestDatabase
let stage: PackStage
let server: Awaited<ReturnType<typeof testHttp>>
beforeAll(async () => {
  db = await testDatabase()
  stage = await packStage(db)
  const { policy, checks } = stage
  server = await testHttp(db, [exportOscal, exportOcsf], { policy, checks })
  await stage.store({ a: '0', b: '1' })
  await stage.judged()
})
afterAll(async () => {
  await server.http.close()
  await db.close()
  stage.close()
})

/** As somebody who may export; the answer as it came. */
async function get(url: string) {
  const { createToken } = await import('../../../kernel/http/tokens.ts')
  const now = server.clock.now()
  const until = new Date(now.getTime() + 60_000)
  const { token } = await createToken(db.stage('bf_desk'), { name: 't', permissions: ['export'], now, until })
  return server.http.inject({ method: 'GET', url, headers: { authorization: `Bearer ${token}` } })
}

describe('the routes of the state in foreign formats', () => {
  it('answer with OSCAL', async () => {
    const answer = await get('/api/evidence/export/oscal?controls=TST-01')
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toBe('application/json')
    expect(Object.keys(answer.json())).toEqual(['assessment-results'])
    const [entry] = await db
      .stage('bf_publish')
      .query<{ body: string }>(`select body from evidence.entry where kind = 'export' order by position desc limit 1`)
    expect(JSON.parse(entry?.body ?? '{}')).toMatchObject({ format: 'oscal', controls: ['TST-01'] })
  })

  it('answer with OCSF, a line each', async () => {
    const answer = await get('/api/evidence/export/ocsf')
    expect(answer.statusCode).toBe(200)
    const lines = answer.body.trimEnd().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as { class_uid: number }).class_uid)).toEqual([2003, 2003])
  })

  it.each(['oscal', 'ocsf'])('refuse %s to whoever may not read, and controls that are not', async (format) => {
    expect((await server.call('GET', `/api/evidence/export/${format}`, null)).status).toBe(401)
    expect((await server.call('GET', `/api/evidence/export/${format}`, ['read'])).status).toBe(403)
    expect((await get(`/api/evidence/export/${format}?controls=TST-99`)).json()).toMatchObject({
      code: 'control.unknown',
    })
    expect((await get(`/api/evidence/export/${format}?at=yesterday`)).statusCode).toBe(400)
    expect(server.defects).toEqual([])
  })
})
