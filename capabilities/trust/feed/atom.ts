import type { Lang } from '../../../kernel/i18n/text.ts'
import { STATE_WORDS } from '../../../kernel/i18n/words.ts'
import type { Policy } from '../../../kernel/policy/policy-schema.ts'
import type { SealedChange } from './sealed-changes.ts'

export interface FeedInput {
  readonly lang: Lang
  /** Public address of the server, without a slash at the end. */
  readonly url: string
  /** Name of the log; with it, ids of the feed stay the same when the address changes. */
  readonly origin: string
  readonly publisher: string | null
  readonly policy: Policy
  readonly changes: readonly SealedChange[]
  /** When the newest statement was made; what a feed without changes counts as updated. */
  readonly at: string
  readonly demo: boolean
}

const WORDS = {
  title: { de: 'Sicherheitsrichtlinie: Änderungen', en: 'Security policy: changes' },
  demo: { de: 'Vorführung mit erfundenen Daten', en: 'Demonstration with made-up data' },
  sealed: { de: 'Versiegelt als Eintrag', en: 'Sealed as entry' },
  of: { de: 'im Protokoll', en: 'of the log' },
  more: { de: 'weitere', en: 'more' },
  new: { de: 'neu', en: 'new' },
} as const

/** Changes of the public states as a feed (Atom, RFC 4287): one entry per sealed statement that says something new. */
export function atomFeed({ lang, url, origin, publisher, policy, changes, at, demo }: FeedInput): string {
  const claims = new Map(policy.controls.map((c) => [c.id, c.claim[lang]]))
  const page = `${url}/trust/${lang}`
  const title = [publisher, WORDS.title[lang], demo ? `(${WORDS.demo[lang]})` : null]
    .filter((t) => t !== null)
    .join(' ')
  const word = (change: SealedChange['changes'][number]): string =>
    `${change.id}: ${change.from === null ? WORDS.new[lang] : STATE_WORDS[change.from][lang]} → ${STATE_WORDS[change.to][lang]}`
  const entries = changes.map((change) => {
    const [first, ...others] = change.changes
    const heading =
      first === undefined ? '' : `${word(first)}${others.length > 0 ? ` (+${others.length} ${WORDS.more[lang]})` : ''}`
    const lines = change.changes.map((c) => `<li>${xml(word(c))}<br/>${xml(claims.get(c.id) ?? '')}</li>`)
    const html = `<ul>${lines.join('')}</ul><p>${xml(`${WORDS.sealed[lang]} ${change.position} ${WORDS.of[lang]} ${origin}`)}</p>`
    return [
      '<entry>',
      `<id>${xml(`tag:${tagAuthority(origin)},2026:${lang}:${change.position}`)}</id>`,
      `<title>${xml(heading)}</title>`,
      `<updated>${change.at}</updated>`,
      `<link rel="alternate" type="text/html" hreflang="${lang}" href="${xml(`${page}#${first?.id ?? ''}`)}"/>`,
      `<content type="html">${xml(html)}</content>`,
      '</entry>',
    ].join('\n')
  })
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${lang}">`,
    `<id>${xml(`tag:${tagAuthority(origin)},2026:${lang}`)}</id>`,
    `<title>${xml(title)}</title>`,
    `<updated>${changes[0]?.at ?? at}</updated>`,
    `<author><name>${xml(publisher ?? origin)}</name></author>`,
    `<generator>Bergfried</generator>`,
    `<link rel="self" type="application/atom+xml" href="${xml(`${url}/trust/${lang}.atom`)}"/>`,
    `<link rel="alternate" type="text/html" hreflang="${lang}" href="${xml(page)}"/>`,
    ...entries,
    '</feed>',
    '',
  ].join('\n')
}

/** A tag URI (RFC 4151) names its authority by a domain: of the log's name, what stands before the first slash. */
const tagAuthority = (origin: string): string => {
  const host = origin.split('/')[0]?.toLowerCase() ?? ''
  return /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(host) ? host : 'bergfried.invalid'
}

/** XML 1.0 knows no other control characters than tab and line ends, escaped or not. */
const xml = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
