import type { Lang } from '../verifier/result.ts'
import type { ShownControl } from '../verifier/trust-document.ts'
import { COUNTED, type State, TEXTS } from './words.ts'

const MONTHS = {
  de: [
    'Januar',
    'Februar',
    'März',
    'April',
    'Mai',
    'Juni',
    'Juli',
    'August',
    'September',
    'Oktober',
    'November',
    'Dezember',
  ],
  en: [
    'January',
    'February',
    'March',
    'April',
    'May',
    'June',
    'July',
    'August',
    'September',
    'October',
    'November',
    'December',
  ],
} as const

/** Written here and not by Intl: server and browser must write the same, character by character. */
export function day(iso: string, lang: Lang): string {
  const month = MONTHS[lang][Number(iso.slice(5, 7)) - 1] ?? ''
  const number = Number(iso.slice(8, 10))
  return lang === 'de' ? `${number}. ${month} ${iso.slice(0, 4)}` : `${number} ${month} ${iso.slice(0, 4)}`
}

/** Short day for the margin: "20.10.2026", "20 Oct 2026". */
export function shortDay(iso: string, lang: Lang): string {
  const [year, month, date] = [iso.slice(0, 4), iso.slice(5, 7), iso.slice(8, 10)]
  if (lang === 'de') return `${date}.${month}.${year}`
  return `${Number(date)} ${(MONTHS.en[Number(month) - 1] ?? '').slice(0, 3)} ${year}`
}

/** Day and minute, UTC. */
export const moment = (iso: string, lang: Lang): string => `${day(iso, lang)}, ${iso.slice(11, 16)} UTC`

/** "vor 40 s", "40 s ago". */
export function age(iso: string, now: Date, lang: Lang): string {
  const seconds = Math.max(0, Math.round((now.getTime() - Date.parse(iso)) / 1000))
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

/** A count with thin spaces between thousands. */
export const count = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, '\u202f')

/** What stands in the margin below the state. */
export function marginText(control: Pick<ShownControl, 'population' | 'since' | 'measuredAt'>, lang: Lang): string {
  const parts: string[] = []
  if (control.measuredAt === null) parts.push(TEXTS.never[lang])
  if (control.population > 0) parts.push(`${TEXTS.population[lang]} ${count(control.population)}`)
  if (control.since !== null) parts.push(`${TEXTS.since[lang]}\u00a0${shortDay(control.since, lang)}`)
  return parts.join(' · ')
}

/** How many controls are in each state, in the order in which it is told. */
export const tally = (controls: readonly Pick<ShownControl, 'state'>[]): readonly (readonly [State, number])[] =>
  COUNTED.map(([state]) => [state, controls.filter((c) => c.state === state).length] as const).filter(([, n]) => n > 0)

/** One sentence that sums up the whole. */
export function summary(controls: readonly Pick<ShownControl, 'state'>[], lang: Lang): string {
  const told = tally(controls).map(
    ([state, n]) => `${n}\u00a0${COUNTED.find(([s]) => s === state)?.[1][lang] ?? state}`,
  )
  const last = told.pop() ?? ''
  const list = told.length === 0 ? last : `${told.join(', ')} ${lang === 'de' ? 'und' : 'and'} ${last}`
  const total = controls.length
  if (lang === 'de') return `Von ${total} Zusagen ${total === 1 ? 'ist' : 'sind'} ${list}.`
  return `Of ${total} promises, ${list}.`
}

/** When anything was measured last, or null. */
export function newestMeasurement(controls: readonly Pick<ShownControl, 'measuredAt'>[]): string | null {
  return controls.reduce<string | null>(
    (newest, { measuredAt }) => (measuredAt !== null && (newest === null || measuredAt > newest) ? measuredAt : newest),
    null,
  )
}
