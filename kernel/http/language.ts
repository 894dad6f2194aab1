import type { Lang } from '../i18n/text.ts'

/** The language a reader prefers of the two, by the header `accept-language`; German where it names neither. */
export function languageFor(accept: string | undefined): Lang {
  let [best, bestWeight]: [Lang, number] = ['de', 0]
  for (const part of (accept ?? '').slice(0, 500).split(',')) {
    const [tag = '', ...rest] = part.trim().toLowerCase().split(';')
    const lang = /^(de|en)(-|$)/.exec(tag)?.[1] as Lang | undefined
    const said = rest.find((word) => word.trim().startsWith('q='))
    const weight = said === undefined ? 1 : Number(said.trim().slice(2))
    if (lang !== undefined && weight > bestWeight) [best, bestWeight] = [lang, weight]
  }
  return best
}
