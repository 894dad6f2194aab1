import { canonicalJson } from '../canonical-json.ts'
import { digestOf } from '../digest.ts'
import { outlineOf } from '../statement-steps.ts'
import type { ShownChapter, TrustDocument } from '../trust-document.ts'
import type { TestLog } from './test-log.ts'

export const MADE = '2026-11-01T12:00:00.000Z'
export const VALID_UNTIL = '2026-11-01T13:00:00.000Z'
export const NOW = new Date('2026-11-01T12:10:00.000Z')

const told = (
  id: string,
  de: string,
  en: string,
  state: ShownChapter['controls'][number]['state'],
  population: number,
) => ({
  id,
  claim: { de, en },
  state,
  measuredAt: state === 'unmeasured' ? null : '2026-11-01T11:59:30.000Z',
  population,
  since: '2026-10-20T08:00:00.000Z',
})

/** Chapters with promises in several states. */
export const CHAPTERS: readonly ShownChapter[] = [
  {
    id: 'INF',
    title: { de: 'Infrastruktur', en: 'Infrastructure' },
    motto: { de: 'Wer hineinkommt, ist bekannt.', en: 'Whoever comes in is known.' },
    controls: [
      told('INF-01', 'Schlüssel benutzt nur, wer darf.', 'Keys are used only by those who may.', 'ok', 12),
      told('INF-02', 'Jedes Konto gehört genau einer Person.', 'Each account belongs to one person.', 'alarm', 312),
    ],
  },
  {
    id: 'NET',
    title: { de: 'Netzwerk', en: 'Network' },
    motto: { de: 'Leitungen sind verschlüsselt.', en: 'Lines are encrypted.' },
    controls: [told('NET-01', 'Alles ist verschlüsselt.', 'Everything is encrypted.', 'unmeasured', 0)],
  },
]

export interface StatementOptions {
  readonly at?: string
  readonly validUntil?: string
  readonly perPart?: number
}

/** The entries of a statement about these chapters. */
export function statementEntries(chapters: readonly ShownChapter[], options: StatementOptions = {}): string[] {
  const { at = MADE, validUntil = VALID_UNTIL, perPart = 150 } = options
  const controls = chapters
    .flatMap((c) => c.controls)
    .map(({ claim, ...rest }) => ({ ...rest, claim: digestOf(claim) }))
  const parts = Math.max(1, Math.ceil(controls.length / perPart))
  return Array.from({ length: parts }, (_, part) =>
    canonicalJson({
      at,
      body: {
        controls: controls.slice(part * perPart, (part + 1) * perPart),
        outline: digestOf(outlineOf(chapters)),
        part,
        parts,
        policy: 'ab'.repeat(32),
        v: 1,
        validUntil,
      },
      kind: 'statement',
    }),
  )
}

/** An entry of which the log holds a commitment alone. */
export const privateEntry = (n: number): string =>
  canonicalJson({ at: MADE, commitment: n.toString(16).padStart(64, '0'), kind: 'collection' })

/** `/trust.json` as the server makes it. @param entries - the statement, from position `first` of the log on */
export async function trustJson(
  log: TestLog,
  chapters: readonly ShownChapter[],
  entries: readonly string[],
  first: number,
  options: StatementOptions = {},
): Promise<string> {
  const document: TrustDocument = {
    format: 'bergfried-trust/1',
    generatedAt: options.at ?? MADE,
    demo: false,
    valid_until: options.validUntil ?? VALID_UNTIL,
    policy: { digest: 'ab'.repeat(32), chapters },
    evidence: {
      ...log.identity,
      log: '/log/',
      statements: await Promise.all(entries.map(async (entry, i) => ({ entry, proof: await log.proofOf(first + i) }))),
    },
  }
  return JSON.stringify(document)
}
