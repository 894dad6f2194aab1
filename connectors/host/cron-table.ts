import { programsOf } from './cron-command.ts'

/** A job of a crontab; arguments are dropped. */
export interface CronJob {
  /** Line of the file, from 1. */
  readonly line: number
  readonly schedule: string
  readonly account: string
  readonly programs: readonly string[]
}

/**
 * Reads a crontab(5).
 *
 * Lines that cron cannot run (too few fields) are skipped as cron skips them; odd times are reported as written rather
 * than judged, so that no job is hidden.
 *
 * @param owner - account of a user's crontab; null where a column of its own names the account (/etc/crontab, cron.d)
 */
export function parseCrontab(text: string, owner: string | null): CronJob[] {
  const jobs: CronJob[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#') || isAssignment(line)) continue
    const fields = takeWords(line, (line.startsWith('@') ? 1 : 5) + (owner === null ? 1 : 0))
    if (fields === null) continue
    const account = owner ?? fields.words.pop() ?? ''
    const programs = programsOf(beforePercent(fields.rest))
    if (programs.length === 0) continue
    jobs.push({
      line: index + 1,
      schedule: fields.words.join(' ').slice(0, 512),
      account: account.slice(0, 512),
      programs,
    })
  }
  return jobs
}

/** Reads an anacrontab(5): period, delay, name, command. The schedule is `@every 7d` or a word as written. */
export function parseAnacrontab(text: string): CronJob[] {
  const jobs: CronJob[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#') || isAssignment(line)) continue
    const fields = takeWords(line, 3)
    const programs = fields === null ? [] : programsOf(fields.rest)
    const period = (fields?.words[0] ?? '').slice(0, 64)
    if (programs.length === 0 || !/^(?:\d+|@\w+)$/.test(period)) continue
    jobs.push({
      line: index + 1,
      schedule: period.startsWith('@') ? period : `@every ${period}d`,
      account: 'root',
      programs,
    })
  }
  return jobs
}

/** `NAME=value`, `NAME = value`, `"NAME" = value`. Values may be secrets. */
const isAssignment = (line: string): boolean => /^(?:"[^"]*"|'[^']*'|[^\s="']+)\s*=/.test(line)

/** The first words and the rest of a line that begins with a word, or null where there is no rest. */
function takeWords(line: string, count: number): { words: string[]; rest: string } | null {
  const words: string[] = []
  let at = 0
  while (words.length < count) {
    const start = at
    while (at < line.length && line[at] !== ' ' && line[at] !== '\t') at++
    if (at === start) return null
    words.push(line.slice(start, at))
    while (line[at] === ' ' || line[at] === '\t') at++
  }
  return at < line.length ? { words, rest: line.slice(at) } : null
}

/** A "%" without a backslash ends the command; what follows is its input. */
function beforePercent(command: string): string {
  for (let at = 0; at < command.length; at++) {
    if (command[at] === '\\') at++
    else if (command[at] === '%') return command.slice(0, at)
  }
  return command
}
