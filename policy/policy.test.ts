import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadPolicy } from '../kernel/policy/load-policy.ts'

const FOLDER = import.meta.dirname
const policy = await loadPolicy(FOLDER)

/** Every promise. The ids are permanent. */
const IDS = [
  ...numbered('INF', 17),
  ...numbered('DCS', 6),
  ...numbered('NET', 5),
  ...numbered('ORG', 12),
  ...numbered('PRD', 6),
  ...numbered('DRP', 2),
  ...numbered('PUB', 1),
  ...numbered('FLW', 1),
]

function numbered(chapter: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${chapter}-${String(n + 1).padStart(2, '0')}`)
}

/** All texts with both languages and the place they stand. */
const texts = [
  ...policy.controls.flatMap((c) => [
    { at: c.id, text: c.claim },
    ...c.attestations.map((a) => ({ at: `${c.id} ${a.id}`, text: a.title })),
    ...(c.enforced ? [{ at: `${c.id} enforced`, text: c.enforced }] : []),
  ]),
  ...policy.chapters.flatMap((c) => [
    { at: c.id, text: c.title },
    { at: c.id, text: c.motto },
  ]),
  ...policy.roles.map((r) => ({ at: r.key, text: r.title })),
]

describe('the shipped policy', () => {
  it('has every promise exactly once, in the order of the document', () => {
    expect(policy.controls.map((c) => c.id)).toEqual(IDS)
  })

  it.each(policy.controls.map((c) => [c.id, c] as const))(
    '%s is a sentence in both languages with an owner',
    (_, control) => {
      for (const claim of [control.claim.de, control.claim.en]) {
        expect(claim).toMatch(/^\p{Lu}.*[^.]\.$/u)
        expect(claim.length).toBeLessThanOrEqual(240)
      }
      expect(control.claim.de).not.toBe(control.claim.en)
      expect(policy.roles.map((r) => r.key)).toContain(control.owner)
    },
  )

  it('makes no promise twice', () => {
    for (const lang of ['de', 'en'] as const) {
      expect(new Set(policy.controls.map((c) => c.claim[lang])).size).toBe(policy.controls.length)
    }
  })

  it('says nothing of enforcement that is not there', () => {
    expect(policy.controls.filter((c) => c.enforced !== null).map((c) => c.id)).toEqual([])
  })

  it('is written in German with umlauts, and in English without', () => {
    const spelled =
      /\b(?:f(?:ue)r|(?:ue)ber|(?:ue)ber\w+|\w*(?:pr(?:ue)f|sch(?:ue)tz|schl(?:ue)ss|f(?:ae)h|(?:ae)nder|gel(?:oe)sch|st(?:oe)r|m(?:oe)g|h(?:ae)rt|zerst(?:oe)r|zug(?:ae)ng|ger(?:ae)t|besch(?:ae)ft|regelm(?:ae)|j(?:ae)hr|st(?:ae)nd|vertr(?:ae)g)\w*)\b/i
    expect('fuer ueber Pruefung'.match(new RegExp(spelled, 'gi'))).toHaveLength(3)
    expect(texts.filter(({ text }) => spelled.test(text.de)).map(({ at }) => at)).toEqual([])
    expect(texts.filter(({ text }) => /[äöüß]/i.test(text.en)).map(({ at }) => at)).toEqual([])
    // Straight quotes and double blanks are traces of a hurry.
    expect(
      texts.filter(({ text }) => /["']| {2}|\.\.|\s[.,;]/.test(`${text.de}${text.en}`)).map(({ at }) => at),
    ).toEqual([])
  })

  it('names requirements in the form of their framework', () => {
    const forms: Readonly<Record<string, RegExp>> = {
      soc2: /^(?:CC[1-9]|A1|C1|PI1|P[1-8])\.\d{1,2}$/,
      iso27001: /^A\.[5-8]\.\d{1,2}$/,
      pci: /^(?:[1-9]|1[0-2])(?:\.\d{1,2}){2,3}$/,
      csf: /^(?:GV|ID|PR|DE|RS|RC)\.[A-Z]{2}-\d{2}$/,
      grundschutz: /^[A-Z]{2,5}(?:\.\d{1,2})+$/,
      gdpr: /^Art\. \d{1,2}(?:\(\d\))?(?:\([a-h]\))?$/,
      bsig: /^§ 30 Abs\. 2 Nr\. (?:[1-9]|10)$/,
    }
    expect(policy.frameworks.map((f) => f.key)).toEqual(Object.keys(forms))
    const wrong = policy.controls.flatMap((c) =>
      Object.entries(c.references).flatMap(([framework, ids]) =>
        ids
          .filter((id, n) => !forms[framework]?.test(id) || ids.indexOf(id) < n)
          .map((id) => `${c.id} ${framework} ${id}`),
      ),
    )
    expect(wrong).toEqual([])
  })

  it('binds a check or an attestation to what is measured or vouched for now', () => {
    const bound = policy.controls.filter((c) => c.checks.length + c.attestations.length > 0).map((c) => c.id)
    const must = [
      'INF-01',
      'INF-02',
      'INF-05',
      'INF-06',
      'INF-07',
      'INF-08',
      'INF-10',
      'INF-11',
      'INF-13',
      'INF-16',
      'INF-17',
      'DCS-05',
      'NET-02',
      'PRD-01',
      'PRD-04',
    ]
    expect(bound).toEqual(expect.arrayContaining([...must, 'DCS-01', 'DCS-02', 'DCS-03', 'INF-15', 'PRD-05', 'DRP-02']))
  })

  it('tells editors where the schema is, in every file', () => {
    const files = readdirSync(FOLDER).filter((n) => n.endsWith('.yaml'))
    const without = files.filter(
      (n) =>
        !readFileSync(join(FOLDER, n), 'utf8').startsWith(
          '# yaml-language-server: $schema=../docs/reference/policy.schema.json\n',
        ),
    )
    expect(without).toEqual([])
  })
})
