import type { Lang } from './text.ts'

const LOCALES: Readonly<Record<Lang, string>> = { de: 'de-DE', en: 'en-GB' }

/** A count with the separators of the language. */
export const number = (n: number, lang: Lang): string => n.toLocaleString(LOCALES[lang])

/** Day and minute in the reader's own time zone. */
export const moment = (iso: string, lang: Lang): string =>
  new Date(iso).toLocaleString(LOCALES[lang], { dateStyle: 'medium', timeStyle: 'short' })

export const day = (iso: string, lang: Lang): string =>
  new Date(iso).toLocaleDateString(LOCALES[lang], { dateStyle: 'medium' })

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['second', 90],
  ['minute', 90 * 60],
  ['hour', 36 * 3600],
  ['day', 60 * 86_400],
  ['month', Number.POSITIVE_INFINITY],
]
const SECONDS: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3600, day: 86_400, month: 2_629_800 }

/** "vor 40 Sek.", "in 3 Tagen". */
export function relative(iso: string, now: number, lang: Lang): string {
  const seconds = (Date.parse(iso) - now) / 1000
  const [unit] = STEPS.find(([, below]) => Math.abs(seconds) < below) ?? ['month', 0]
  const amount = Math.round(seconds / (SECONDS[unit] ?? 1))
  return new Intl.RelativeTimeFormat(LOCALES[lang], { style: 'short', numeric: 'always' }).format(amount, unit)
}

const UNITS: Readonly<Record<string, string>> = { Y: 'year', M: 'month', W: 'week', D: 'day', H: 'hour' }

/** "1 Stunde", "24 hours". */
const counted = (n: number, unit: string, lang: Lang): string =>
  n.toLocaleString(LOCALES[lang], { style: 'unit', unit, unitDisplay: 'long' })

/** "2 Stunden", "15 minutes": the largest unit that comes out even. */
export function seconds(n: number, lang: Lang): string {
  const [unit, size] = (
    [
      ['day', 86_400],
      ['hour', 3600],
      ['minute', 60],
    ] as const
  ).find(([, s]) => n >= s && n % s === 0) ?? ['second', 1]
  return counted(n / size, unit, lang)
}

/** An ISO 8601 duration such as PT24H in words. */
export function duration(iso: string, lang: Lang): string {
  const [, amount = '', unit = ''] = /^P(?:T?)(\d+)([YMWDH])$/.exec(iso) ?? []
  const name = UNITS[unit]
  return name === undefined ? iso : counted(Number(amount), name, lang)
}

export const compare = (lang: Lang): ((a: string, b: string) => number) =>
  new Intl.Collator(LOCALES[lang], { numeric: true }).compare
