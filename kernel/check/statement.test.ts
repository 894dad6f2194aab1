import { expect, it } from 'vitest'
import { canonicalJson } from '../ledger/canonical-json.ts'
import type { Control, Policy } from '../policy/policy-schema.ts'
import { NO_COUNTS } from './roll-up.ts'
import { claimDigest, statementBodies } from './statement.ts'
import type { ControlVerdict } from './verdicts.ts'

const at = new Date('2026-11-01T12:00:00Z')
const control = (n: number): Control => ({
  id: `XX-${n}`,
  chapter: 'XX',
  claim: { de: `Satz ${n}`, en: `Sentence ${n}` },
  enforced: null,
  owner: 'lead',
  checks: [],
  attestations: [],
  freshness: 'PT24H',
  references: {},
  public: true,
})
const policyOf = (n: number): Policy => ({
  chapters: [],
  frameworks: [],
  roles: [],
  controls: Array.from({ length: n }, (_, i) => control(i)),
})
const verdictsOf = (policy: Policy): ControlVerdict[] =>
  policy.controls.map((c) => ({
    control: c,
    state: 'ok',
    counts: { ...NO_COUNTS, ok: 3 },
    population: 3,
    measuredAt: new Date('2026-11-01T11:59:00Z'),
    checks: [],
    attestations: [],
  }))

it('says of each control which sentence, which state, since when and how fresh, and nothing of systems', () => {
  const policy = policyOf(1)
  const [body] = statementBodies(policy, verdictsOf(policy), new Map([['XX-0', new Date('2026-10-01T00:00:00Z')]]), at)
  expect(body).toMatchObject({
    controls: [
      {
        claim: claimDigest({ de: 'Satz 0', en: 'Sentence 0' }),
        id: 'XX-0',
        measuredAt: '2026-11-01T11:59:00.000Z',
        population: 3,
        since: '2026-10-01T00:00:00.000Z',
        state: 'ok',
      },
    ],
    part: 0,
    parts: 1,
    v: 1,
    validUntil: '2026-11-01T13:00:00.000Z',
  })
})

it('changes the digest of the sentence with every letter of either language', () => {
  const digests = [
    { de: 'a', en: 'b' },
    { de: 'a', en: 'c' },
    { de: 'ab', en: '' },
    { de: 'b', en: 'a' },
  ].map(claimDigest)
  expect(new Set(digests).size).toBe(4)
})

it('fits a policy of any length into entries that the log can hold', () => {
  const policy = policyOf(1001)
  const bodies = statementBodies(policy, verdictsOf(policy), new Map(), at) as { controls: unknown[]; parts: number }[]
  expect(bodies.flatMap((b) => b.controls)).toHaveLength(1001)
  expect(bodies.every((b) => b.parts === bodies.length)).toBe(true)
  for (const body of bodies) expect(Buffer.byteLength(canonicalJson(body as never))).toBeLessThan(60_000)
})

it('says that there is nothing, where there is nothing', () => {
  expect(statementBodies(policyOf(0), [], new Map(), at)).toHaveLength(1)
})
