import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { processStat } from './process-stat.ts'

/** A process of this moment. */
export interface Process {
  readonly pid: number
  readonly parent: number
  readonly start: string
  /** Real, effective, saved and file system uid. */
  readonly uids: readonly number[]
}

/** How the kernel ties a process to a login, whatever became of its parents, and whoever it runs as. */
export interface LoginTies {
  /** `/proc/PID/sessionid`, set by pam_loginuid and inherited for good; null where none was set. */
  readonly auditSession: string | null
  /** The control group that systemd-logind made for the session; null where there is none. */
  readonly scope: string | null
}

const UNSET = '4294967295'

/** Everything that runs, without what is over and only waits to be counted. */
export function readProcesses(): readonly Process[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^[1-9][0-9]*$/.test(name)) return []
    const found = readProcess(Number(name))
    return found === null ? [] : [found]
  })
}

export function readProcess(pid: number): Process | null {
  const stat = processStat(pid)
  if (stat === null || stat.state === 'Z' || stat.state === 'X') return null
  const uids = /^Uid:\t(.*)$/m.exec(readOf(pid, 'status') ?? '')?.[1]
  return uids === undefined
    ? null
    : { pid, parent: stat.parent, start: stat.start, uids: uids.split('\t').map((uid) => Number(uid)) }
}

/** Whether this very process still runs. */
export function isSame({ pid, start }: { readonly pid: number; readonly start: string }): boolean {
  const stat = processStat(pid)
  return stat !== null && stat.start === start && stat.state !== 'Z' && stat.state !== 'X'
}

export const tiesOf = (pid: number): LoginTies => ({ auditSession: auditSessionOf(pid), scope: scopeOf(pid) })

export const auditSessionOf = (pid: number): string | null => auditNumber(pid, 'sessionid')

/** The uid that a process signed in as, whoever it became since (sudo); null where it never did. */
export function loginUidOf(pid: number): number | null {
  const text = auditNumber(pid, 'loginuid')
  return text === null ? null : Number(text)
}

/** Whether a process runs as an account, or was started out of a login of it and runs as root by now. */
export const isOf = ({ pid, uids }: Process, uid: number): boolean => uids.includes(uid) || loginUidOf(pid) === uid

function auditNumber(pid: number, name: 'sessionid' | 'loginuid'): string | null {
  const text = readOf(pid, name)?.trim() ?? UNSET
  return text === UNSET || !/^[0-9]+$/.test(text) ? null : text
}

/** `/user.slice/user-1000.slice/session-4.scope`: below the unified hierarchy or that of systemd. */
export function scopeOf(pid: number): string | null {
  const text = readOf(pid, 'cgroup') ?? ''
  return /^[0-9]+:(?:name=systemd)?:(\/.*\/session-[^/]+\.scope)(?:\/.*)?$/m.exec(text)?.[1] ?? null
}

/** The program that a process runs; null for the kernel's and those that are gone. */
export function programOf(pid: number): string | null {
  try {
    // So it reads after an update of the package, while the old program still runs.
    return readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '')
  } catch {
    return null
  }
}

export const titleOf = (pid: number): string => readOf(pid, 'cmdline')?.replaceAll('\0', ' ').trimEnd() ?? ''

function readOf(pid: number, name: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1')
  } catch {
    return null
  }
}
