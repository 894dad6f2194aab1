/** A line of an access log of nginx or Apache (“combined”), with the names of Sigma's log source `webserver`. */
export interface WebLine {
  /** Milliseconds since 1970. */
  readonly at: number | null
  readonly fields: Readonly<Record<string, string | number>>
}

const LINE =
  /^(\S{1,64}) \S{1,64} (\S{1,255}) \[(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{4})\] "([A-Z]{1,16}) ([^ "]{1,4096})[^"]{0,32}" (\d{3}) (\d{1,15}|-)(?: "([^"]{0,4096})" "([^"]{0,4096})")?/
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** @returns null for a line of another shape */
export function parseWebLine(line: string): WebLine | null {
  const found = LINE.exec(line)
  if (found === null) return null
  const [
    ,
    address = '',
    user = '-',
    day,
    month = '',
    year,
    time,
    zone = '',
    method = '',
    uri = '',
    status,
    bytes,
    referer,
    agent,
  ] = found
  const number = String(MONTHS.indexOf(month) + 1).padStart(2, '0')
  const at = Date.parse(`${year}-${number}-${day}T${time}${zone.slice(0, 3)}:${zone.slice(3)}`)
  const [stem = '', query] = uri.split('?', 2)
  return {
    at: Number.isNaN(at) ? null : at,
    fields: {
      'c-ip': address,
      src_ip: address,
      'cs-method': method,
      'cs-uri': uri,
      'cs-uri-stem': stem,
      ...(query === undefined ? {} : { 'cs-uri-query': query }),
      'sc-status': Number(status),
      ...(user === '-' ? {} : { 'cs-username': user }),
      ...(bytes === '-' ? {} : { 'sc-bytes': Number(bytes) }),
      ...(referer === undefined || referer === '-' ? {} : { 'cs-referer': referer }),
      ...(agent === undefined || agent === '-' ? {} : { 'cs-user-agent': agent }),
    },
  }
}
