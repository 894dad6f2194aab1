import { readFileSync } from 'node:fs'

/** What `/proc/PID/stat` says, see proc(5). */
export interface ProcessStat {
  readonly parent: number
  /** `Z` and `X` are over. */
  readonly state: string
  /** When it started, in ticks since the system did: with the number it names a process for good. */
  readonly start: string
}

/** Null where there is no such process. */
export function processStat(pid: number, proc = '/proc'): ProcessStat | null {
  let text: string
  try {
    text = readFileSync(`${proc}/${pid}/stat`, 'latin1')
  } catch {
    return null
  }
  // The second field is the program's name, which may hold blanks and brackets.
  const [state = '', parent = '', ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const start = rest[17] ?? ''
  return /^[0-9]+$/.test(parent) && /^[0-9]+$/.test(start) ? { parent: Number(parent), state, start } : null
}
