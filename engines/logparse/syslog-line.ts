/** A line as sshd, sudo and their like write it into /var/log/auth.log. */
export interface SyslogLine {
  /** Milliseconds since 1970; null: no time that can be read. */
  readonly at: number | null
  readonly host: string
  /** Without number and brackets. */
  readonly program: string
  readonly message: string
}

const LINE =
  /^(?:([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}):(\d{2}):(\d{2})|(\d{4}-\d{2}-\d{2}T[\d:.]{8,18}(?:Z|[+-]\d{2}:?\d{2}))) (\S{1,255}) ([\w./@-]{1,64})(?:\[\d{1,10}\])?: (.*)$/
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const DAY = 86_400_000

/**
 * Reads the header of a line, with the time of RFC 3164 (no year, no zone) or of RFC 3339.
 *
 * @param arrived - when the line was read, ms: the year is the one that makes it no later than a day after
 * @param offsetMinutes - of the machine's zone, east of UTC
 * @returns null for a line of another shape
 */
export function parseSyslogLine(line: string, arrived: number, offsetMinutes: number): SyslogLine | null {
  const found = LINE.exec(line)
  if (found === null) return null
  const [, month, day, hour, minute, second, iso, host = '', program = '', message = ''] = found
  if (iso !== undefined) {
    const at = Date.parse(iso)
    return { at: Number.isNaN(at) ? null : at, host, program, message }
  }
  const index = MONTHS.indexOf(month ?? '')
  const year = new Date(arrived).getUTCFullYear()
  const inYear = (y: number): number =>
    Date.UTC(y, index, Number(day), Number(hour), Number(minute), Number(second)) - offsetMinutes * 60_000
  const at = index === -1 ? null : inYear(year) > arrived + DAY ? inYear(year - 1) : inYear(year)
  return { at, host, program, message }
}
