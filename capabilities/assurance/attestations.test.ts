import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { attestationStates } from '../../kernel/check/attestations.ts'
import { handClock } from '../../kernel/clock/clock.ts'
import { instantAfter } from '../../kernel/clock/duration.ts'
import type { Policy } from '../../kernel/policy/policy-schema.ts'
import { type TestDatabase, testDatabase, wipe } from '../../kernel/testing/cluster.ts'
import { addAttestation, listAttestations } from './attestations.ts'

const policy = {
  chapters: [],
  frameworks: [],
  roles: [],
  controls: [{ id: 'DCS-02', attestations: [{ id: 'power', title: { de: '', en: '' }, validity: 'P1Y' }] }],
} as unknown as Policy

let db: TestDatabase
const clock = handClock('2026-11-01T00:00:00Z')
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())
beforeEach(() => wipe(db))

const vouch = (more: object = {}) =>
  addAttestation(
    db.stage('bf_desk'),
    {
      control: 'DCS-02',
      attestation: 'power',
      person: 'somebody',
      document: 'report.pdf',
      documentSha256: 'ab'.repeat(32),
      note: null,
      until: null,
      ...more,
    },
    { by: 'test', now: clock.now(), policy },
  )
const standing = async (at = clock.now()) =>
  (await attestationStates(db.stage('bf_publish'), policy, at)).get('DCS-02')?.[0]?.standing

describe('an attestation', () => {
  it('is missing, then valid for as long as the policy says, then expired', async () => {
    expect(await standing()).toBe('missing')
    await vouch()
    expect(await standing()).toBe('valid')
    expect(await standing(new Date('2027-10-31T23:59:59Z'))).toBe('valid')
    expect(await standing(new Date('2027-11-01T00:00:00Z'))).toBe('expired')
    expect(await standing(new Date('2026-10-01T00:00:00Z'))).toBe('missing')
    expect(await listAttestations(db.stage('bf_publish'))).toMatchObject([{ documentSha256: 'ab'.repeat(32) }])
  })

  it.each([
    [{ until: '2028-01-01T00:00:00Z' }, 'attestation.invalid'],
    [{ until: '2020-01-01T00:00:00Z' }, 'attestation.invalid'],
    [{ attestation: 'water' }, 'attestation.invalid'],
    [{ control: 'XX-1' }, 'control.unknown'],
  ])('%j is refused', (more, code) => expect(vouch(more)).rejects.toMatchObject({ code }))

  it('leaves an evidence entry with the digest of the document, not its name or the person', async () => {
    await vouch()
    const [entry] = await db
      .stage('bf_seal')
      .query<{ body: string }>(`select body from evidence.entry where kind = 'attestation'`)
    expect(entry?.body).toContain('ab'.repeat(32))
    expect(entry?.body).not.toMatch(/somebody|report/)
  })
})

describe('a duration', () => {
  it.each([
    ['2026-01-31T10:00:00Z', 'P1M', '2026-02-28T10:00:00.000Z'],
    ['2024-02-29T00:00:00Z', 'P1Y', '2025-02-28T00:00:00.000Z'],
    ['2026-11-01T00:00:00Z', 'P1W', '2026-11-08T00:00:00.000Z'],
    ['2026-11-01T00:00:00Z', 'P1DT2H3M4S', '2026-11-02T02:03:04.000Z'],
    ['2026-12-31T00:00:00Z', 'P2M', '2027-02-28T00:00:00.000Z'],
  ])('%s + %s = %s', (from, duration, to) => expect(instantAfter(new Date(from), duration).toISOString()).toBe(to))
  it.each(['', 'P', 'PT', '1Y', 'P1', 'P-1Y'])('%j is none', (text) =>
    expect(() => instantAfter(new Date(0), text)).toThrow(RangeError),
  )
})
