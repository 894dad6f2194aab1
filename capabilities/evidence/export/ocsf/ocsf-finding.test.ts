import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type TestDatabase, testDatabase } from '../../../../kernel/testing/cluster.ts'
import { zero } from '../../../../kernel/testing/zero-stage.ts'
import { acceptAll } from '../testing/decisions.ts'
import { type PackStage, packStage } from '../testing/pack-stage.ts'
import { writeOcsf } from './write-ocsf.ts'

/**
 * Class Compliance Finding of schema.ocsf.io/1.8.0 as far as we use it: every attribute that it requires, the numbers of its
 * enumerations, and no attribute that it does not know.
 */
const time = z.int().min(0)
const Finding = z
  .strictObject({
    activity_id: z.literal([0, 1, 2, 3, 99]),
    activity_name: z.string().optional(),
    category_uid: z.literal(2),
    category_name: z.literal('Findings').optional(),
    class_uid: z.literal(2003),
    class_name: z.literal('Compliance Finding').optional(),
    type_uid: z.int(),
    type_name: z.string().optional(),
    time,
    start_time: time.optional(),
    severity_id: z.literal([0, 1, 2, 3, 4, 5, 6, 99]),
    severity: z.string().optional(),
    status_id: z.literal([0, 1, 2, 3, 4, 5, 6, 99]).optional(),
    status: z.string().optional(),
    message: z.string().optional(),
    metadata: z.strictObject({
      version: z.literal('1.8.0'),
      uid: z.string().optional(),
      product: z.strictObject({ name: z.string().min(1), vendor_name: z.string().min(1) }),
    }),
    finding_info: z.strictObject({
      uid: z.string().min(1),
      title: z.string().min(1),
      desc: z.string().optional(),
      created_time: time.optional(),
      first_seen_time: time.optional(),
      last_seen_time: time.optional(),
      analytic: z
        .strictObject({ name: z.string(), uid: z.string(), type_id: z.literal([0, 1, 2, 3, 4, 99]), type: z.string() })
        .optional(),
    }),
    compliance: z.strictObject({
      control: z.string().min(1),
      desc: z.string().optional(),
      standards: z.array(z.string()),
      requirements: z.array(z.string()).optional(),
      status_id: z.literal([0, 1, 2, 3, 99]),
      status: z.string(),
      status_code: z.string().optional(),
      status_details: z.array(z.string()).optional(),
    }),
    resources: z.array(z.strictObject({ uid: z.string(), name: z.string(), namespace: z.string(), type: z.string() })),
    remediation: z.strictObject({ desc: z.string().min(1) }).optional(),
    unmapped: z.looseObject({}),
  })
  .refine((f) => f.type_uid === f.class_uid * 100 + f.activity_id)

let db: TestDatabase
let stage: PackStage
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())
beforeEach(async () => {
  stage = await packStage(db)
})

async function exported() {
  const parts: string[] = []
  const { policy, checks, log, clock } = stage
  await writeOcsf(
    {
      audit: db.stage('bf_audit'),
      policy,
      checks,
      controls: null,
      at: clock.now(),
      current: true,
      identity: log.identity,
    },
    { write: async (bytes) => void parts.push(Buffer.from(bytes).toString('utf8')) },
  )
  return parts
    .join('')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Finding.parse(JSON.parse(line)))
}

const told = (findings: Awaited<ReturnType<typeof exported>>) =>
  findings.map((f) => `${f.resources[0]?.name} ${f.compliance.status} ${f.status} ${f.severity}`).sort()

describe('OCSF Compliance Findings', () => {
  it('say Pass and Fail of what was measured, with the control and its requirements', async () => {
    await stage.store({ a: '0', b: '1' })
    await stage.judged()
    const findings = await exported()
    expect(told(findings)).toEqual(['a Pass New Informational', 'b Fail New Low'])
    expect(findings[0]?.compliance).toMatchObject({ control: 'TST-01', requirements: ['iso27001 A.8.2'] })
    expect(findings.every((f) => f.metadata.uid === f.finding_info.uid)).toBe(true)
  })

  it('suppress an accepted deviation, which still fails', async () => {
    await stage.store({ a: '1' })
    await stage.judged()
    await acceptAll(db, stage.clock.now(), { check: zero.id, owner: 'somebody', reason: 'because of', by: 'test' })
    expect(told(await exported())).toEqual(['a Fail Suppressed Low'])
  })

  it('say neither Pass nor Fail of what was not measured', async () => {
    await stage.store({ a: '0' })
    await stage.judged()
    for (const [status, word] of [
      ['info', 'info'],
      ['skip', 'skip'],
      ['error', 'Unknown'],
      ['stale', 'Unknown'],
    ] as const) {
      await db.stage('bf_owner').query('update finding.verdict_row set status = $1::finding.status', [status])
      expect(told(await exported())).toEqual([`a ${word} New Informational`])
    }
    await db.stage('bf_owner').query(`update finding.verdict_row set status = 'ok'`)
    stage.clock.advance(7_200_000)
    expect(told(await exported())).toEqual(['a Unknown New Informational'])
  })
})
