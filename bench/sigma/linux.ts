/** Audit records as flat JSON: every `name=value` of the line. */
export function auditdEvents(lines: readonly string[], count: number): string[] {
  const records = lines.filter((line) => line.startsWith('type=')).map(recordOf)
  return Array.from({ length: count }, (_, i) => {
    const record = records[i % records.length] ?? {}
    return JSON.stringify({
      ...record,
      msg: `audit(${1_696_431_255 + i}.${i % 1000}:${8272 + i})`,
      node: `web${i % 17}`,
    })
  })
}

function recordOf(line: string): Record<string, string> {
  const record: Record<string, string> = {}
  for (const [, name = '', quoted, bare] of line.matchAll(/(\w+)=(?:"([^"]*)"|([^\s"]+))/g)) {
    record[name] = quoted ?? bare ?? ''
  }
  return record
}

const ACCESS = /^(\S+) \S+ (\S+) \[([^\]]+)\] "(\S+) (\S+) ([^"]+)" (\d{3}) (\d+|-) "([^"]*)" "([^"]*)"/

/** Lines of an access log in the combined format, parsed, with the line itself; what does not parse is left out. */
export function accessEvents(lines: readonly string[], count: number): string[] {
  const records = lines.flatMap((line) => {
    const found = ACCESS.exec(line)
    if (found === null) return []
    const uri = found[5] ?? ''
    return [
      {
        'c-ip': found[1] ?? '',
        'cs-username': found[2] ?? '',
        'cs-method': found[4] ?? '',
        'cs-uri': uri,
        'cs-uri-query': uri,
        'cs-uri-stem': uri.split('?')[0] ?? '',
        'cs-version': found[6] ?? '',
        'sc-status': Number(found[7]),
        'sc-bytes': Number(found[8]),
        'cs-referer': found[9] ?? '',
        'cs-user-agent': found[10] ?? '',
      },
    ]
  })
  return Array.from({ length: count }, (_, i) => JSON.stringify({ time: i, ...(records[i % records.length] ?? {}) }))
}

const SYSLOG = /^(\w{3} +\d+ [\d:]+) (\S+) (sshd)\[(\d+)\]: (.*)$/

/** Lines of sshd, parsed as syslog, with the message. */
export function sshdEvents(lines: readonly string[], count: number): string[] {
  const records = lines.flatMap((line) => {
    const found = SYSLOG.exec(line)
    return found === null
      ? []
      : [{ host: found[2] ?? '', program: found[3] ?? '', pid: Number(found[4]), message: found[5] ?? '' }]
  })
  return Array.from({ length: count }, (_, i) => JSON.stringify({ time: i, ...(records[i % records.length] ?? {}) }))
}
