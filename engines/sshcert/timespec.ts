import { malformed, unsupported } from './errors.ts'

/** A time as files of OpenSSH write it: `YYYYMMDD[HHMM[SS]]`, of the host's time zone unless `Z` follows. */
export interface Timespec {
  /** Unix time in seconds; of a local time, what it would be if it were UTC. */
  readonly seconds: bigint
  readonly zone: 'utc' | 'local'
}

/** Unix time of a local time, which is given as if it were UTC. Whoever knows the host's time zone knows this. */
export type LocalTime = (secondsAsIfUtc: bigint) => bigint

/** @throws {SshError} `malformed`: not of the form, or no day of the calendar */
export function parseTimespec(text: string): Timespec {
  const found = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(Z|UTC)?$/i.exec(text)
  if (found === null) throw malformed('time: not YYYYMMDD[HHMM[SS]][Z]')
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0))
  const parts = [year, (month ?? 0) - 1, day, hour, minute, second].map((part) => part ?? 0)
  const [y = 0, mon = 0, d = 0, h = 0, min = 0, s = 0] = parts
  const milliseconds = Date.UTC(y, mon, d, h, min, s)
  const iso = isoOf(milliseconds)
  const wanted = `${found.slice(1, 4).join('')}${found[4] ?? '00'}${found[5] ?? '00'}${found[6] ?? '00'}`
  if (iso !== wanted || y < 1970) throw malformed('time: no day of the calendar since 1970')
  return { seconds: BigInt(milliseconds / 1000), zone: found[7] === undefined ? 'local' : 'utc' }
}

/** `YYYYMMDDHHMMSSZ`. */
export const formatTimespec = (seconds: bigint): string => `${isoOf(Number(seconds) * 1000)}Z`

/**
 * Unix time in seconds.
 *
 * @throws {SshError} `unsupported`: a local time, and nobody said of which time zone
 */
export function resolveTimespec({ seconds, zone }: Timespec, local: LocalTime | undefined): bigint {
  if (zone === 'utc') return seconds
  if (local === undefined) throw unsupported('time: local, of a time zone that is not known')
  return local(seconds)
}

function isoOf(milliseconds: number): string {
  const date = new Date(milliseconds)
  return Number.isNaN(date.getTime())
    ? ''
    : date
        .toISOString()
        .replace(/\.\d+Z$/, '')
        .replaceAll(/[-:T]/g, '')
}
