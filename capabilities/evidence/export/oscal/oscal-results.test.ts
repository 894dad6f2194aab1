import { existsSync, readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../../kernel/testing/cluster.ts'
import { zero } from '../../../../kernel/testing/zero-stage.ts'
import { acceptAll } from '../testing/decisions.ts'
import { type PackStage, packStage } from '../testing/pack-stage.ts'
import { writeOscal } from './oscal-results.ts'

const SCHEMA = new URL('../../../../../shared/data/oscal/oscal_complete_schema-1.2.1.json', import.meta.url)

let db: TestDatabase
let stage: PackStage
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())
beforeEach(async () => {
  stage = await packStage(db)
})

interface Observation {
  readonly uuid: string
  readonly props: readonly { readonly name: string; readonly value: string }[]
}
interface Found {
  readonly text: string
  readonly document: { readonly 'assessment-results': Record<string, never> }
  readonly observations: readonly Observation[]
  readonly findings: readonly { readonly target: { 'target-id': string; status: { state: string; reason: string } } }[]
  readonly risks: readonly { readonly status: string }[]
}

async function exported(
  more: { at?: Date; current?: boolean; controls?: readonly string[] | null } = {},
): Promise<Found> {
  const parts: string[] = []
  const { policy, checks, log, clock } = stage
  await writeOscal(
    {
      audit: db.stage('bf_audit'),
      policy,
      checks,
      controls: null,
      at: clock.now(),
      current: true,
      identity: log.identity,
      ...more,
    },
    { write: async (bytes) => void parts.push(Buffer.from(bytes).toString('utf8')) },
  )
  const text = parts.join('')
  const document = JSON.parse(text) as Found['document']
  const [result] = document['assessment-results']['results'] as unknown as [Omit<Found, 'text' | 'document'>]
  return {
    text,
    document,
    observations: result.observations,
    findings: result.findings ?? [],
    risks: result.risks ?? [],
  }
}

const value = (observation: Observation | undefined, name: string) =>
  observation?.props.find((p) => p.name === name)?.value
const ofKind = (found: Found, kind: string) => found.observations.filter((o) => value(o, 'kind') === kind)
const states = (found: Found) => found.findings.map((f) => `${f.target['target-id']} ${f.target.status.state}`)

describe('OSCAL assessment results', () => {
  it('tell every control and row, and a finding only of what was measured', async () => {
    await stage.store({ a: '0' })
    await stage.judged()
    const found = await exported()
    expect(states(found)).toEqual(['TST-01 satisfied'])
    expect(ofKind(found, 'control').map((o) => `${value(o, 'control')} ${value(o, 'state')}`)).toEqual([
      'TST-01 ok',
      'TST-02 unmeasured',
      'TST-03 unmeasured',
    ])
    expect(ofKind(found, 'row').map((o) => `${value(o, 'resource')} ${value(o, 'status')}`)).toEqual(['a ok'])
    expect(value(ofKind(found, 'control')[0], 'requirement')).toBe('A.8.2')
  })

  it('of a violation name the rows and an open risk', async () => {
    await stage.store({ a: '0', b: '1' })
    await stage.judged()
    const found = await exported()
    expect(states(found)).toEqual(['TST-01 not-satisfied'])
    expect(found.risks.map((r) => r.status)).toEqual(['open'])
    const [finding] = found.findings as unknown as { 'related-observations': { 'observation-uuid': string }[] }[]
    const rows = ofKind(found, 'row').filter((o) => value(o, 'status') === 'alarm')
    expect(finding?.['related-observations'].map((r) => r['observation-uuid'])).toContain(rows[0]?.uuid)
  })

  it('of an exception say that it was accepted and still does not hold', async () => {
    await stage.store({ a: '1' })
    await stage.judged()
    await acceptAll(db, stage.clock.now(), { check: zero.id, owner: 'somebody', reason: 'because of', by: 'test' })
    const found = await exported()
    expect(states(found)).toEqual(['TST-01 not-satisfied'])
    expect(found.risks.map((r) => r.status)).toEqual(['deviation-approved'])
    expect(found.text).not.toContain('somebody')
    expect(found.text).not.toContain('because of')
  })

  it('make no finding of what is out of date, was never read, or could not be read', async () => {
    expect(states(await exported())).toEqual([])
    await stage.judged()
    const never = await exported()
    expect(states(never)).toEqual([])
    expect(value(ofKind(never, 'control')[0], 'state')).toBe('stale')
    await stage.store({ a: '0' })
    await stage.judged()
    stage.clock.advance(7_200_000)
    const stale = await exported()
    expect(states(stale)).toEqual([])
    expect(ofKind(stale, 'row').map((o) => value(o, 'status'))).toEqual(['stale'])
    await db
      .stage('bf_owner')
      .query(
        `update collect.pulse set failure = '{"code":"collect.denied","detail":{"what":"/proc"}}' where kind = 'sysctl'`,
      )
    await stage.judged()
    const unreadable = await exported()
    expect(states(unreadable)).toEqual([])
    expect(ofKind(unreadable, 'row').map((o) => value(o, 'status'))).toContain('error')
  })

  it.each(['info', 'skip'])('make no finding of %s', async (status) => {
    await stage.store({ a: '0' })
    await stage.judged()
    await db.stage('bf_owner').query('update finding.verdict_row set status = $1::finding.status', [status])
    const found = await exported()
    expect(states(found)).toEqual([])
    expect(ofKind(found, 'row').map((o) => value(o, 'status'))).toEqual([status])
  })

  it('have the same bytes for the same state, and the same UUIDs for what stays', async () => {
    await stage.store({ a: '0', b: '1' })
    await stage.judged()
    const first = await exported()
    expect((await exported()).text).toBe(first.text)
    stage.clock.advance(1000)
    const later = await exported()
    expect(later.observations.map((o) => o.uuid)).toEqual(first.observations.map((o) => o.uuid))
    expect(new Set(first.observations.map((o) => o.uuid)).size).toBe(first.observations.length)
  })

  it('of the past say what stood then', async () => {
    await stage.store({ a: '1' })
    await stage.judged()
    const then = stage.clock.now()
    await stage.store({ a: '0' })
    await stage.judged()
    expect(states(await exported())).toEqual(['TST-01 satisfied'])
    expect(states(await exported({ at: then, current: false }))).toEqual(['TST-01 not-satisfied'])
  })

  it('are about the controls that were asked for, and refuse others', async () => {
    const found = await exported({ controls: ['TST-02'] })
    expect(ofKind(found, 'control').map((o) => value(o, 'control'))).toEqual(['TST-02'])
    await expect(exported({ controls: ['TST-99'] })).rejects.toMatchObject({ code: 'control.unknown' })
  })
})

describe.skipIf(!existsSync(SCHEMA))(
  'OSCAL assessment results against the schema of NIST (needs ../shared/data)',
  () => {
    const valid = (document: unknown): unknown => {
      const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: true })
      formats.default(ajv)
      const validate = ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object)
      return validate(document) ? null : validate.errors
    }

    it('are valid, whatever stands in them', async () => {
      expect(valid((await exported()).document)).toBeNull()
      await stage.store({ a: '0', b: '1', 'line\nbreak \u2028 and "quotes"': ' padded ', ü: '\t' })
      await stage.judged()
      await acceptAll(db, stage.clock.now(), { check: zero.id, owner: 'somebody', reason: 'because of', by: 'test' })
      expect(valid((await exported()).document)).toBeNull()
    })

    it('would not be valid with a property that is empty', async () => {
      const { document } = await exported()
      expect(valid(JSON.parse(JSON.stringify(document).replace(/"value":"[^"]+"/, '"value":""')))).not.toBeNull()
    })
  },
)
