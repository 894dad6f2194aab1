import type { State } from '../check/roll-up.ts'
import type { Lang, Text } from './text.ts'

/** What a state is called. German first. */
export const STATE_WORDS: Record<State, Text> = {
  ok: { de: 'gehalten', en: 'holds' },
  alarm: { de: 'verletzt', en: 'violated' },
  error: { de: 'nicht lesbar', en: 'could not be read' },
  stale: { de: 'veraltet', en: 'out of date' },
  unmeasured: { de: 'nicht gemessen', en: 'not measured' },
  excepted: { de: 'Ausnahme', en: 'exception' },
  attested: { de: 'bezeugt', en: 'attested' },
  info: { de: 'zur Kenntnis', en: 'for information' },
  skip: { de: 'nicht anwendbar', en: 'not applicable' },
}

/** A sign for each state that does not rely on colour. */
export const STATE_SIGNS: Record<State, string> = {
  ok: '●',
  alarm: '▲',
  error: '✕',
  stale: '◔',
  unmeasured: '—',
  excepted: '◇',
  attested: '□',
  info: 'i',
  skip: '·',
}

/** "vor 40 s", "40 s ago". */
export function ago(lang: Lang, then: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - then.getTime()) / 1000))
  const amount =
    seconds < 90
      ? `${seconds} s`
      : seconds < 5400
        ? `${Math.round(seconds / 60)} min`
        : seconds < 129_600
          ? `${Math.round(seconds / 3600)} h`
          : `${Math.round(seconds / 86_400)} ${lang === 'de' ? 'T' : 'd'}`
  return lang === 'de' ? `vor ${amount}` : `${amount} ago`
}
