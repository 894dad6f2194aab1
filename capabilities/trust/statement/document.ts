import type { LogIdentity } from '../../../kernel/ledger/evidence-log.ts'
import { policyDigest } from '../../../kernel/policy/policy-digest.ts'
import type { Control, Policy } from '../../../kernel/policy/policy-schema.ts'
import { digestOf } from '../../../verifier/digest.ts'
import type { ToldControl } from '../../../verifier/leaf.ts'
import { outlineOf, type Sealed } from '../../../verifier/statement-steps.ts'
import type { Evidence, ShownChapter, TrustDocument } from '../../../verifier/trust-document.ts'

/** Where the log is served. */
export const LOG_PATH = '/log/'

/** The log, without any statement of it. */
export const evidenceOf = (identity: LogIdentity): Evidence => ({
  origin: identity.origin,
  verifierKey: identity.verifierKey,
  witnesses: identity.witnesses.map(({ verifierKey, url }) => ({ verifierKey, url })),
  quorum: identity.quorum,
  log: LOG_PATH,
  statements: [],
})

/** Public chapters with the state of each control as told; what is not told is not measured. */
function chaptersOf(policy: Policy, told: ReadonlyMap<string, ToldControl>): readonly ShownChapter[] {
  const show = ({ id, claim }: Control): ShownChapter['controls'][number] => {
    const { state, measuredAt, population, since } = told.get(id) ?? NOT_TOLD
    return { id, claim: { de: claim.de, en: claim.en }, state, measuredAt, population, since }
  }
  return policy.chapters.flatMap(({ id, title, motto }) => {
    const controls = policy.controls.filter((c) => c.public && c.chapter === id).map(show)
    return controls.length === 0 ? [] : [{ id, title: { ...title }, motto: { ...motto }, controls }]
  })
}

const NOT_TOLD = { state: 'unmeasured', measuredAt: null, population: 0, since: null } as const

/** The page without a statement that it may show: every promise, none of them measured. */
export const unmeasured = (policy: Policy, evidence: Evidence | null, now: Date, demo: boolean): TrustDocument => ({
  format: 'bergfried-trust/1',
  generatedAt: now.toISOString(),
  demo,
  valid_until: null,
  policy: { digest: policyDigest(policy), chapters: chaptersOf(policy, new Map()) },
  evidence,
})

/** The page as a sealed statement tells it, or null where the policy's words are no longer those of the statement. */
export function asTold(policy: Policy, sealed: Sealed, evidence: Evidence): TrustDocument | null {
  const chapters = chaptersOf(policy, new Map(sealed.controls.map((c) => [c.id, c])))
  const shown = chapters.flatMap((c) => c.controls)
  const sameWords =
    shown.length === sealed.controls.length &&
    sealed.controls.every((told, i) => told.id === shown[i]?.id && told.claim === digestOf(shown[i]?.claim))
  if (!sameWords || (sealed.outline !== null && sealed.outline !== digestOf(outlineOf(chapters)))) return null
  const { at, validUntil, policy: digest } = sealed
  return {
    format: 'bergfried-trust/1',
    generatedAt: at,
    demo: sealed.demo,
    valid_until: validUntil,
    policy: { digest, chapters },
    evidence,
  }
}

/** The page once its statement ran out: nothing stays green, and since when it is so is not sealed. */
export const expired = (document: TrustDocument): TrustDocument => ({
  ...document,
  policy: {
    ...document.policy,
    chapters: document.policy.chapters.map((c) => ({
      ...c,
      controls: c.controls.map((control) => ({ ...control, state: 'stale' as const, since: null })),
    })),
  },
})
