import { createHash } from 'node:crypto'
import { canonicalJson, type Json } from '../ledger/canonical-json.ts'
import { policyDigest } from '../policy/policy-digest.ts'
import type { Control, Policy } from '../policy/policy-schema.ts'
import type { ControlVerdict } from './verdicts.ts'

/** How long a statement holds, in milliseconds. A new one comes at least twice in that time. */
export const STATEMENT_VALID_MS = 3_600_000

/** A control as told to the outside: what the sentence was, what was judged of it, how fresh that is. */
interface Told {
  /** SHA-256 of the canonical JSON of the sentence in both languages, hexadecimal. */
  readonly claim: string
  readonly id: string
  readonly measuredAt: string | null
  /** How many rows the state rests on. */
  readonly population: number
  /** Since when the state has been what it is. */
  readonly since: string
  readonly state: string
}

/** An entry has at most 60,000 bytes, and a control at most 300 of them. */
const CONTROLS_PER_PART = 150

/** SHA-256 over the canonical JSON of a sentence in both languages: what a statement says the state is of. */
export const claimDigest = (claim: Control['claim']): string =>
  createHash('sha256')
    .update(canonicalJson({ de: claim.de, en: claim.en }))
    .digest('hex')

/**
 * SHA-256 over the headings under which controls are told, as chapters with the ids below them: what frames the sentences
 * is sealed like them.
 */
export function outlineDigest(
  policy: Pick<Policy, 'chapters'>,
  controls: readonly Pick<Control, 'id' | 'chapter'>[],
): string {
  const outline = policy.chapters.flatMap(({ id, title, motto }) => {
    const below = controls.filter((c) => c.chapter === id).map((c) => c.id)
    return below.length === 0 ? [] : [{ id, title: { ...title }, motto: { ...motto }, controls: below }]
  })
  return createHash('sha256').update(canonicalJson(outline)).digest('hex')
}

/**
 * The bodies of a statement: what was judged of these controls at `at`, in as many parts as it takes. The trust page shows
 * what a sealed statement says and nothing else.
 *
 * @param demo - what is told of is made up, and says so for ever
 * @param since - per control, since when its state has been what it is
 */
export function statementBodies(
  policy: Policy,
  verdicts: readonly ControlVerdict[],
  since: ReadonlyMap<string, Date>,
  at: Date,
  demo = false,
): readonly Json[] {
  const controls = verdicts.map(
    (v): Told => ({
      claim: claimDigest(v.control.claim),
      id: v.control.id,
      measuredAt: v.measuredAt?.toISOString() ?? null,
      population: v.population,
      since: (since.get(v.control.id) ?? at).toISOString(),
      state: v.state,
    }),
  )
  const parts = Math.max(1, Math.ceil(controls.length / CONTROLS_PER_PART))
  const outline = outlineDigest(
    policy,
    verdicts.map((v) => v.control),
  )
  const validUntil = new Date(at.getTime() + STATEMENT_VALID_MS).toISOString()
  return Array.from({ length: parts }, (_, part) => ({
    controls: controls.slice(part * CONTROLS_PER_PART, (part + 1) * CONTROLS_PER_PART).map((c) => ({ ...c })),
    ...(demo ? { demo } : {}),
    outline,
    part,
    parts,
    policy: policyDigest(policy),
    v: 1,
    validUntil,
  }))
}
