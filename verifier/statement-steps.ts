import { digestOf } from './digest.ts'
import { isPublic, parseLeaf, type StatementLeaf, type ToldControl } from './leaf.ts'
import { Refuted } from './refuse.ts'
import { both, type Step, step } from './result.ts'
import type { ShownChapter, ShownControl, TrustDocument } from './trust-document.ts'

/** What the parts of one sealed statement say together. */
export interface Sealed {
  readonly at: string
  readonly validUntil: string
  readonly policy: string
  readonly outline: string | null
  /** What is told of is made up. */
  readonly demo: boolean
  readonly controls: readonly ToldControl[]
}

/**
 * Joins the parts of a statement.
 *
 * @throws {Refuted} where one is missing, twice there or of another statement
 */
export function joinParts(entries: readonly string[]): Sealed {
  const leaves = entries.map(parseLeaf)
  const parts = leaves.filter(isPublic)
  const [first] = parts
  if (first === undefined || parts.length < leaves.length) {
    throw new Refuted(both('Ein Eintrag ist keine Aussage.', 'An entry is not a statement.'))
  }
  const fits = (leaf: StatementLeaf, part: number): boolean =>
    leaf.body.part === part &&
    leaf.body.parts === parts.length &&
    leaf.at === first.at &&
    leaf.body.validUntil === first.body.validUntil &&
    leaf.body.policy === first.body.policy &&
    leaf.body.outline === first.body.outline &&
    leaf.body.demo === first.body.demo
  if (!parts.every(fits)) {
    throw new Refuted(
      both('Die Teile der Aussage sind nicht vollzählig.', 'The parts of the statement are not complete.'),
    )
  }
  const controls = parts.flatMap((leaf) => leaf.body.controls)
  if (new Set(controls.map((c) => c.id)).size < controls.length) {
    throw new Refuted(both('Eine Zusage steht zweimal in der Aussage.', 'A promise is twice in the statement.'))
  }
  const { validUntil, policy, outline, demo } = first.body
  return { at: first.at, validUntil, policy, outline: outline ?? null, demo: demo === true, controls }
}

const FIELDS = ['state', 'measuredAt', 'population', 'since'] as const

/** How what is shown differs from what is sealed: one clause for each difference. */
export function differences(shown: TrustDocument, sealed: Sealed, asStale: boolean): readonly string[] {
  const found: string[] = []
  const controls = shown.policy.chapters.flatMap((chapter) => chapter.controls)
  if (shown.policy.digest !== sealed.policy) found.push('policy.digest')
  if (shown.generatedAt !== sealed.at) found.push('generatedAt')
  if (shown.demo !== sealed.demo) found.push('demo')
  if (shown.valid_until !== sealed.validUntil) found.push('valid_until')
  if (controls.length !== sealed.controls.length) found.push(`${controls.length} ≠ ${sealed.controls.length}`)
  for (const [i, control] of controls.entries()) {
    const told = sealed.controls[i]
    if (told === undefined || told.id !== control.id) {
      found.push(`${control.id} ≠ ${told?.id ?? '–'}`)
      continue
    }
    if (digestOf({ de: control.claim.de, en: control.claim.en }) !== told.claim) found.push(`${control.id} claim`)
    for (const field of FIELDS) {
      if (asStale && (field === 'state' || field === 'since')) continue
      if (control[field] !== told[field]) found.push(`${control.id} ${field}: ${control[field]} ≠ ${told[field]}`)
    }
  }
  if (sealed.outline !== null && digestOf(outlineOf(shown.policy.chapters)) !== sealed.outline) found.push('headings')
  return found
}

/** The headings over the sentences, as they are sealed. */
export const outlineOf = (chapters: readonly ShownChapter[]): unknown =>
  chapters.map(({ id, title, motto, controls }) => ({ controls: controls.map((c) => c.id), id, motto, title }))

/** A page whose statement has run out shows every state as out of date, and not since when. */
export const shownAsStale = (controls: readonly ShownControl[], sealed: Sealed): boolean =>
  controls.every((c) => c.state === 'stale' && c.since === null) && sealed.controls.length > 0

export function shownStep(shown: TrustDocument, sealed: Sealed, now: Date): Step {
  const controls = shown.policy.chapters.flatMap((chapter) => chapter.controls)
  const asStale = shownAsStale(controls, sealed)
  const found = differences(shown, sealed, asStale)
  if (found.length > 0) {
    const which = `${found.slice(0, 5).join('; ')}${found.length > 5 ? ' …' : ''}`
    return step(
      'shown',
      false,
      both('Die Seite zeigt etwas anderes, als versiegelt ist.', 'The page shows something else than what is sealed.'),
      both(`Verschieden: ${which}.`, `Different: ${which}.`),
    )
  }
  if (asStale && now.getTime() < Date.parse(sealed.validUntil)) {
    return step(
      'shown',
      null,
      both(
        'Die Seite zeigt alles als veraltet, obwohl die versiegelte Aussage nach dieser Uhr noch gilt.',
        'The page shows everything as out of date, although by this clock the sealed statement still holds.',
      ),
    )
  }
  return step(
    'shown',
    true,
    both(
      `Satz, Zustand, Zeit und Umfang aller ${controls.length} Zusagen sind genau so versiegelt.`,
      `Sentence, state, time and population of all ${controls.length} promises are sealed exactly like this.`,
    ),
    sealed.outline === null
      ? both('Die Überschriften der Kapitel sind nicht mit versiegelt.', 'The headings of the chapters are not sealed.')
      : null,
  )
}

/** Clocks differ; by so much a statement may come from the future. */
const SKEW_MS = 5 * 60_000

export function freshStep(sealed: Sealed, now: Date): Step {
  const minutes = Math.round((now.getTime() - Date.parse(sealed.at)) / 60_000)
  const detail = both(
    `Gemacht ${sealed.at}, gültig bis ${sealed.validUntil}.`,
    `Made ${sealed.at}, valid until ${sealed.validUntil}.`,
  )
  if (Date.parse(sealed.at) > now.getTime() + SKEW_MS) {
    return step(
      'fresh',
      null,
      both(
        'Die Aussage kommt aus der Zukunft: Eine der beiden Uhren geht falsch.',
        'The statement comes from the future: one of the two clocks is wrong.',
      ),
      detail,
    )
  }
  if (now.getTime() >= Date.parse(sealed.validUntil)) {
    return step(
      'fresh',
      null,
      both(
        'Abgelaufen: So war es zu dieser Zeit versiegelt; wie es jetzt steht, sagt niemand.',
        'Expired: this is what was sealed at that time; nobody says how things stand now.',
      ),
      detail,
    )
  }
  return step(
    'fresh',
    true,
    both(
      `Die Aussage ist ${Math.max(0, minutes)} Minuten alt und gilt noch.`,
      `The statement is ${Math.max(0, minutes)} minutes old and still valid.`,
    ),
    detail,
  )
}
