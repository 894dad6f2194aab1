import { lstatSync, mkdirSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { codeOf } from './errors.ts'
import type { Layout } from './layout.ts'
import {
  isAccountName,
  isKeyId,
  isSerial,
  type Login,
  loginFileName,
  MOST_LOGIN_BYTES,
  type ProcessId,
  parseLogin,
  parseLoginFileName,
} from './login-file.ts'
import { isIsoTime } from './orders.ts'
import {
  auditSessionOf,
  isSame,
  type LoginTies,
  programOf,
  readProcess,
  readProcesses,
  scopeOf,
  tiesOf,
  titleOf,
} from './processes.ts'
import { isBoolean, isObjectOf, isText, orNull, parseShape, type Shape } from './shape.ts'
import { readTrusted } from './trusted-file.ts'

/** A connection, or what is left of one. */
export interface Session extends Login, LoginTies {
  /** The process of sshd that holds the connection. */
  readonly connection: ProcessId
  /** ISO 8601 */
  readonly since: string
  /**
   * `waiting`: has not proved its key yet; `open`; `left`: the connection is gone, and processes of it go on.
   */
  readonly is: 'waiting' | 'open' | 'left'
}

interface Seen extends Login, LoginTies {
  readonly since: string
  /** Whether it was open: sshd asks no more then, so whatever changes what it wrote down is not sshd. */
  readonly final: boolean
}

/** Far more than sshd holds connections. */
const MOST_FILES = 20_000

const isSeen: Shape<Seen> = isObjectOf({
  keyId: isKeyId,
  serial: isSerial,
  account: isAccountName,
  since: isIsoTime,
  final: isBoolean,
  auditSession: orNull(isSerial),
  scope: orNull(isText(4096)),
})

type Where = Pick<Layout, 'logins' | 'seen' | 'commandAccount'>

/**
 * The sessions of this host by key id, from what the command for principals wrote down and what runs. What it finds out about a
 * connection is kept, since it is needed once the connection is gone; what nothing is left of is forgotten.
 *
 * @param commandUid owner of the files in `logins`
 */
export function readSessions(layout: Where, commandUid: number): readonly Session[] {
  mkdirSync(layout.seen, { recursive: true, mode: 0o700 })
  const open = namesIn(layout.logins).flatMap((name) => {
    const connection = parseLoginFileName(name)
    const path = join(layout.logins, name)
    const found = connection !== null && isConnection(connection) ? readLogin(path, commandUid) : null
    if (connection === null || found === null) {
      // Another writer's file beside is not ours to judge while it may still be written.
      if (connection !== null || isOld(path)) remove(path)
      return []
    }
    return [keep(layout, { ...found, ...tiesOf(connection.pid), connection, is: stateOf(connection) })]
  })
  const alive = new Set(open.map(({ connection }) => loginFileName(connection)))
  return [...open, ...readLeft(layout, alive)]
}

/** A process of root that runs sshd: whoever may write into `logins` cannot have anything else ended. */
function isConnection(id: ProcessId): boolean {
  if (!isSame(id)) return false
  const program = basename(programOf(id.pid) ?? '')
  return (program === 'sshd' || program === 'sshd-session') && readProcess(id.pid)?.uids[0] === 0
}

/** Until it has proved its key, a child without rights speaks for it: `sshd: name [net]`, or a program of its own from 10.0 on. */
function stateOf({ pid }: ProcessId): 'waiting' | 'open' {
  const children = childrenOf(pid)
  const speaks = (child: number): boolean =>
    basename(programOf(child) ?? '') === 'sshd-auth' || /^sshd(-session)?: (.* )?\[net\]$/.test(titleOf(child))
  return children.some(speaks) ? 'waiting' : 'open'
}

function childrenOf(pid: number): readonly number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1')
    return text.split(' ').flatMap((child) => (child.trim() === '' ? [] : [Number(child)]))
  } catch {
    return readProcesses().flatMap((one) => (one.parent === pid ? [one.pid] : []))
  }
}

function keep(layout: Where, session: Session): Session {
  const path = join(layout.seen, loginFileName(session.connection))
  const before = readSeen(path)
  const { keyId, serial, account, since } = before?.final === true ? before : session
  const auditSession = session.auditSession ?? before?.auditSession ?? null
  const scope = session.scope ?? before?.scope ?? null
  const final = before?.final === true || session.is === 'open'
  const seen: Seen = { keyId, serial, account, since, final, auditSession, scope }
  if (JSON.stringify(before) !== JSON.stringify(seen)) writeFileSync(path, JSON.stringify(seen), { mode: 0o600 })
  return { ...session, keyId, serial, account, since, auditSession, scope }
}

/** Sessions whose connection is gone while something that the kernel ties to it goes on. */
function readLeft(layout: Where, alive: ReadonlySet<string>): readonly Session[] {
  const gone = namesIn(layout.seen).filter((name) => !alive.has(name))
  if (gone.length === 0) return []
  const running = readProcesses().map(({ pid }) => pid)
  const audits = new Set(running.map(auditSessionOf))
  const scopes = new Set(running.map(scopeOf))
  return gone.flatMap((name) => {
    const path = join(layout.seen, name)
    const [connection, seen] = [parseLoginFileName(name), readSeen(path)]
    const goesOn =
      seen !== null &&
      ((seen.auditSession !== null && audits.has(seen.auditSession)) || (seen.scope !== null && scopes.has(seen.scope)))
    if (connection === null || !goesOn) {
      remove(path)
      return []
    }
    const { final: _, ...session } = seen
    return [{ ...session, connection, is: 'left' as const }]
  })
}

function readLogin(path: string, owner: number): (Login & { readonly since: string }) | null {
  try {
    const login = parseLogin(readTrusted(path, MOST_LOGIN_BYTES, owner).toString('latin1'))
    return login === null ? null : { ...login, since: lstatSync(path).mtime.toISOString() }
  } catch {
    return null
  }
}

function readSeen(path: string): Seen | null {
  try {
    return parseShape(readTrusted(path, MOST_LOGIN_BYTES + 5000).toString('utf8'), isSeen)
  } catch {
    return null
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).slice(0, MOST_FILES)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}

const isOld = (path: string): boolean => {
  const pid = /^\..*\.([0-9]+)$/.exec(basename(path))?.[1]
  return pid === undefined || readProcess(Number(pid)) === null
}

/** A folder stays: going through one that others may change is not for root. */
function remove(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // Gone already, or a folder.
  }
}
