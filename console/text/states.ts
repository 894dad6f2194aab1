import type { StateName } from '../../capabilities/overview/contract.ts'
import { texts } from './text.ts'

/** What a state is called, as everywhere in the product. */
export const STATES = texts({
  ok: { de: 'gehalten', en: 'holds' },
  alarm: { de: 'verletzt', en: 'violated' },
  error: { de: 'nicht lesbar', en: 'could not be read' },
  stale: { de: 'veraltet', en: 'out of date' },
  unmeasured: { de: 'nicht gemessen', en: 'not measured' },
  excepted: { de: 'Ausnahme', en: 'exception' },
  attested: { de: 'bezeugt', en: 'attested' },
  info: { de: 'zur Kenntnis', en: 'for information' },
  skip: { de: 'nicht anwendbar', en: 'not applicable' },
  none: { de: 'nicht beobachtet', en: 'not watched' },
})

/** In the summing-up. */
export const COUNTED: readonly (readonly [StateName, { readonly de: string; readonly en: string }])[] = [
  ['ok', { de: 'gemessen und gehalten', en: 'measured and held' }],
  ['alarm', { de: 'verletzt', en: 'violated' }],
  ['error', { de: 'nicht lesbar', en: 'unreadable' }],
  ['stale', { de: 'veraltet', en: 'out of date' }],
  ['attested', { de: 'bezeugt', en: 'attested' }],
  ['excepted', { de: 'mit Ausnahme', en: 'excepted' }],
  ['unmeasured', { de: 'nicht gemessen', en: 'not measured' }],
  ['info', { de: 'zur Kenntnis', en: 'for information' }],
  ['skip', { de: 'nicht anwendbar', en: 'not applicable' }],
]

export const SEVERITIES = texts({
  critical: { de: 'kritisch', en: 'critical' },
  high: { de: 'hoch', en: 'high' },
  medium: { de: 'mittel', en: 'medium' },
  low: { de: 'niedrig', en: 'low' },
})

/** Letters of the 90-day history (contract: PolicyLine.history). */
export const LETTERS: Readonly<Record<string, StateName | 'none'>> = {
  a: 'alarm',
  e: 'error',
  s: 'stale',
  u: 'unmeasured',
  x: 'excepted',
  t: 'attested',
  i: 'info',
  k: 'skip',
  o: 'ok',
  '-': 'none',
}
