import { wrongUsage } from '../options.ts'

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** Seconds of "30m", "2h", "1d". @throws {BergfriedError} `usage.invalid` */
export function secondsOf(text: string): number {
  const [, amount, unit] = /^([1-9][0-9]{0,5})([smhd])$/.exec(text) ?? []
  const seconds = Number(amount) * (UNITS[unit ?? ''] ?? Number.NaN)
  if (Number.isNaN(seconds) || seconds < 60) {
    throw wrongUsage(
      '--for: eine Dauer wie 30m, 2h oder 1d, mindestens 60s',
      '--for: a time such as 30m, 2h or 1d, at least 60s',
    )
  }
  return seconds
}

/** What asks for access. */
export const ASKING = {
  for: { type: 'string', value: '2h', help: { de: 'wie lange (2h)', en: 'for how long (2h)' } },
  need: { type: 'string', value: 'TEXT', help: { de: 'wozu', en: 'what for' } },
  as: {
    type: 'string',
    value: 'NAME',
    help: { de: 'welche Berechtigung, wo es mehrere gibt', en: 'which entitlement, where there are several' },
  },
} as const
