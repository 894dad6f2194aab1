import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Layout } from './layout.ts'
import type { KeyIdOnAccount } from './orders.ts'
import { findAccount, isManaged } from './passwd.ts'
import { auditSessionOf, isOf, isSame, type Process, programOf, readProcesses, scopeOf } from './processes.ts'
import { readSessions, type Session } from './sessions.ts'

/** What came of ending something. */
export interface EndedSessions {
  /** Processes that were ended. */
  readonly killed: number
  /** Looks at everything that runs, the last three of which found nothing. */
  readonly scans: number
  /** Processes that are still there: not 0 where the kernel does not let go of one. */
  readonly left: number
}

/** The same of a key id, with the serials of the connections that it had. */
export interface EndedKeyId extends EndedSessions {
  readonly serials: readonly string[]
}

/** What of the processes is meant, read anew at each look. */
type Find = (running: readonly Process[]) => readonly Process[]

const EMPTY_SCANS = 3
const BETWEEN_MS = 50
/** Looks after which it is given up for now: 3 seconds or more. A process in a hung file system cannot be ended. */
const MOST_SCANS = 60

type Where = Pick<Layout, 'logins' | 'seen' | 'commandAccount' | 'managedGroup' | 'sshdPidFile'>

/**
 * Ends what a key id has on an account: its connections with everything that descends from them, everything that the kernel
 * ties to them (audit session, control group), and, where this program made the account and no other key id may use it,
 * everything that runs as it. Until three looks in a row, 50 ms apart, find nothing: so whoever connects again and again, or
 * starts processes that leave their parents, is not missed. Whatever belongs to other key ids stays.
 *
 * @param stillAllowed whoever may sign in still, or again
 */
export async function endSessions(
  layout: Where,
  target: KeyIdOnAccount,
  stillAllowed: readonly KeyIdOnAccount[],
): Promise<EndedKeyId> {
  const serials = new Set<string>()
  const others = stillAllowed.some(({ account, keyId }) => account === target.account && keyId !== target.keyId)
  const commandUid = findAccount(layout.commandAccount)?.uid ?? -1
  const ended = await endAll(layout, (running) => {
    const account = findAccount(target.account)
    const sessions = readSessions(layout, commandUid)
    const isTarget = ({ keyId, account: name }: Session): boolean => keyId === target.keyId && name === target.account
    const own = sessions.filter(isTarget)
    for (const { serial } of own) serials.add(serial)
    const apart = new Set(sessions.filter((one) => !isTarget(one)).map(({ connection }) => connection.pid))
    const uid = account !== null && !others && isManaged(layout, account) ? account.uid : null
    return processesOf(running, own, apart, uid)
  })
  return { ...ended, serials: [...serials] }
}

/** Ends everything that runs as an account or was started out of a login of it. @param uid never below 1000 */
export function endUid(layout: Where, uid: number): Promise<EndedSessions> {
  if (uid < 1000) throw new Error('an account of the system')
  return endAll(layout, (running) => running.filter((one) => isOf(one, uid)))
}

function processesOf(
  running: readonly Process[],
  sessions: readonly Session[],
  apart: ReadonlySet<number>,
  uid: number | null,
): readonly Process[] {
  const roots = new Set(sessions.filter(({ connection }) => isSame(connection)).map(({ connection }) => connection.pid))
  const audits = new Set(sessions.flatMap(({ auditSession }) => auditSession ?? []))
  const scopes = new Set(sessions.flatMap(({ scope }) => scope ?? []))
  const isTied = (one: Process): boolean =>
    roots.has(one.pid) ||
    (uid !== null && isOf(one, uid)) ||
    (audits.size > 0 && audits.has(auditSessionOf(one.pid) ?? '')) ||
    (scopes.size > 0 && scopes.has(scopeOf(one.pid) ?? ''))
  const found = new Map(running.filter((one) => !apart.has(one.pid) && isTied(one)).map((one) => [one.pid, one]))
  // Children of children: parents may come after them.
  for (let before = -1; before !== found.size; ) {
    before = found.size
    for (const one of running) if (found.has(one.parent) && !apart.has(one.pid)) found.set(one.pid, one)
  }
  return [...found.values()]
}

async function endAll(layout: Pick<Layout, 'sshdPidFile'>, find: Find): Promise<EndedSessions> {
  const killed = new Set<string>()
  let scans = 0
  let left = 0
  for (let empty = 0; empty < EMPTY_SCANS && scans < MOST_SCANS; ) {
    if (scans > 0) await sleep(BETWEEN_MS)
    const found = freeze(layout, find)
    scans += found.scans
    left = found.processes.length
    empty = left === 0 ? empty + 1 : 0
    for (const one of found.processes) {
      signal(one, 'SIGKILL')
      killed.add(`${one.pid}-${one.start}`)
    }
  }
  return { killed: killed.size, scans, left }
}

/** Stops everything that is meant before anything of it ends: an orphan of a killed parent could not be told from others. */
function freeze(
  layout: Pick<Layout, 'sshdPidFile'>,
  find: Find,
): { readonly processes: readonly Process[]; readonly scans: number } {
  const stopped = new Map<string, Process>()
  for (let scans = 1; ; scans++) {
    const running = readProcesses()
    const spared = sparedOf(layout, running)
    const fresh = find(running.filter(({ pid }) => !spared.has(pid))).filter(
      ({ pid, start }) => !stopped.has(`${pid}-${start}`),
    )
    if (fresh.length === 0 || scans === 50) return { processes: [...stopped.values(), ...fresh], scans }
    for (const one of fresh) {
      signal(one, 'SIGSTOP')
      stopped.set(`${one.pid}-${one.start}`, one)
    }
  }
}

/**
 * Never ended: the first processes, this one with whoever started it, and the sshd that listens, which somebody may have
 * started again out of a session.
 */
function sparedOf({ sshdPidFile }: Pick<Layout, 'sshdPidFile'>, running: readonly Process[]): ReadonlySet<number> {
  const spared = new Set([0, 1, 2])
  const parents = new Map(running.map(({ pid, parent }) => [pid, parent]))
  for (let pid = process.pid; !spared.has(pid); pid = parents.get(pid) ?? 0) spared.add(pid)
  const listens = readPid(sshdPidFile)
  if (listens !== null && basename(programOf(listens) ?? '') === 'sshd') spared.add(listens)
  return spared
}

function readPid(path: string): number | null {
  try {
    const text = readFileSync(path, 'latin1').trim()
    return /^[1-9][0-9]{0,9}$/.test(text) ? Number(text) : null
  } catch {
    return null
  }
}

function signal(one: Process, name: 'SIGSTOP' | 'SIGKILL'): void {
  try {
    if (isSame(one)) process.kill(one.pid, name)
  } catch {
    // Gone in between.
  }
}
