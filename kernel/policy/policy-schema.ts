import * as z from 'zod'
import { expected, fields, pattern } from '../yaml/shape.ts'

/** Two patterns, not one with three repeats: that one takes quadratic time on a long wrong text. */
const sentence = (longest: number): z.ZodString =>
  pattern(/^\P{Cc}*$/u, {
    de: 'ein Text ohne Steuerzeichen und Zeilenumbrüche',
    en: 'a text without control characters and line breaks',
  })
    .regex(/\S/, expected({ de: 'ein Text, der nicht leer ist', en: 'a text that is not empty' }))
    .max(longest)

/** Both languages, German first: a half is never enough. */
const text = (longest: number) => fields({ de: sentence(longest), en: sentence(longest) })

const chapterId = pattern(/^[A-Z][A-Z0-9]{1,7}$/, { de: 'eine Kennung wie INF', en: 'an id such as INF' })
const word = pattern(/^[a-z][a-z0-9-]{0,62}$/, {
  de: 'ein Wort aus Kleinbuchstaben, Ziffern und Bindestrichen',
  en: 'a word of lower-case letters, digits and hyphens',
})
const frameworkKey = pattern(/^[a-z][a-z0-9]{0,30}$/, {
  de: 'ein Kürzel aus Kleinbuchstaben und Ziffern',
  en: 'a key of lower-case letters and digits',
})

/** ISO 8601 duration, longer than nothing. */
const duration = z.iso.duration().refine((d) => /[1-9]/.test(d), {
  error: expected({ de: 'eine Dauer größer als null', en: 'a duration greater than zero' }),
})

const attestationSchema = fields({
  id: word.describe('Unique in the whole policy.'),
  title: text(300).describe('What a person vouches for.'),
  validity: duration.describe('How long the attestation holds, ISO 8601, for example P1Y.'),
})

/** One promise: the content of `policy/<ID>.yaml`. */
export const controlSchema = fields({
  id: pattern(/^[A-Z][A-Z0-9]{1,7}-\d{1,4}$/, { de: 'eine Kennung wie INF-05', en: 'an id such as INF-05' }).describe(
    'Permanent id; the file has the same name.',
  ),
  chapter: chapterId.describe('One of chapters.yaml.'),
  claim: text(1000).describe('The promise as the customer reads it, the same in both languages.'),
  enforced: text(2000).nullable().default(null).describe('How it is enforced today; null where it is only measured.'),
  owner: word.describe('The role that answers for it, one of roles.yaml.'),
  checks: z
    .array(
      pattern(/^[a-z][a-z0-9-]{0,62}\.[a-z][a-z0-9-]{0,62}$/, {
        de: 'die Kennung einer Prüfung wie access.unique-uids',
        en: 'the id of a check such as access.unique-uids',
      }),
    )
    .max(500)
    .default([])
    .describe('What measures it. Without checks and attestations the control is shown as not measured.'),
  attestations: z.array(attestationSchema).max(50).default([]).describe('What a person must vouch for.'),
  freshness: duration.default('PT24H').describe('Older measurements no longer count, ISO 8601.'),
  references: z
    .record(frameworkKey, z.array(sentence(64)).min(1).max(100))
    .default({})
    .describe('Requirements of frameworks.yaml that it serves, by identifier only.'),
  public: z.boolean().describe('Whether the trust page shows it.'),
})

/** The content of `policy/chapters.yaml`. */
export const chaptersSchema = fields({
  chapters: z
    .array(
      fields({
        id: chapterId,
        title: text(80),
        motto: text(240).describe('What the chapter is about, in one sentence.'),
        order: z.int().min(0).max(10_000),
      }),
    )
    .min(1)
    .max(100),
})

/** The content of `policy/frameworks.yaml`. */
export const frameworksSchema = fields({
  frameworks: z.array(fields({ key: frameworkKey, name: text(120), version: sentence(40) })).max(100),
})

/** The content of `policy/roles.yaml`. */
export const rolesSchema = fields({
  roles: z.array(fields({ key: word, title: text(80) })).max(100),
})

export type Control = Readonly<z.output<typeof controlSchema>>
export type Chapter = Readonly<z.output<typeof chaptersSchema>['chapters'][number]>
export type Framework = Readonly<z.output<typeof frameworksSchema>['frameworks'][number]>
export type Role = Readonly<z.output<typeof rolesSchema>['roles'][number]>

/** The whole document, in the order in which it is read. */
export interface Policy {
  readonly chapters: readonly Chapter[]
  readonly frameworks: readonly Framework[]
  readonly roles: readonly Role[]
  readonly controls: readonly Control[]
}
