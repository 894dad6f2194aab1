import { parseSshd } from '../../../engines/logparse/sshd.ts'
import { parseSudo } from '../../../engines/logparse/sudo.ts'
import { parseSyslogLine } from '../../../engines/logparse/syslog-line.ts'
import { parseWebLine } from '../../../engines/logparse/web-line.ts'
import type { EventSource } from '../../../engines/sigma/ir.ts'
import type { SourceKind } from '../../../kernel/config/detection-config.ts'

export interface Parsed {
  readonly at: number
  readonly source: EventSource
  readonly fields: Readonly<Record<string, unknown>>
}

// One object per kind: the matcher finds its indexes by it.
const SSHD: EventSource = { product: 'linux', service: 'sshd' }
const SUDO: EventSource = { product: 'linux', service: 'sudo' }
const WEB: EventSource = { category: 'webserver' }

/** @returns the event; `other` for a line of another program in the same file; null for one that cannot be read */
export function parseLine(
  kind: SourceKind,
  line: string,
  arrived: number,
  offsetMinutes: number,
): Parsed | 'other' | null {
  if (kind === 'web') {
    const found = parseWebLine(line)
    return found === null ? null : { at: found.at ?? arrived, source: WEB, fields: found.fields }
  }
  const found = parseSyslogLine(line, arrived, offsetMinutes)
  if (found === null) return null
  const { program, host, message } = found
  const wanted = kind === 'sudo' ? program === 'sudo' : /^sshd(-session|-auth)?$/.test(program)
  if (!wanted) return 'other'
  const fields = kind === 'sudo' ? parseSudo(message) : parseSshd(message)
  return { at: found.at ?? arrived, source: kind === 'sudo' ? SUDO : SSHD, fields: { ...fields, host } }
}
