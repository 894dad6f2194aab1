import type { HostTransport } from '../../kernel/collect/transport.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { type GroupEntry, type PasswdEntry, parseGroup, parsePasswd } from './accounts-parse.ts'

/** The local accounts, with the names behind numbers. */
export interface Accounts {
  readonly users: readonly PasswdEntry[]
  readonly groups: readonly GroupEntry[]
  /** Name of the first account with this number, or the number as text. */
  ownerName(uid: number): string
  /** Name of the first group with this number, or the number as text. */
  groupName(gid: number): string
}

/**
 * Reads passwd(5) and group(5) of a host.
 *
 * @throws {BergfriedError} `collect.unreadable` where a file is missing, `collect.parse`, and what the transport throws
 */
export async function readAccounts(transport: HostTransport): Promise<Accounts> {
  const users = await readPasswd(transport)
  const groups = await readGroups(transport)
  const ownerNames = firstOf(users.map((user) => [user.uid, user.account]))
  const groupNames = firstOf(groups.map((group) => [group.gid, group.groupName]))
  return {
    users,
    groups,
    ownerName: (uid) => ownerNames.get(uid) ?? String(uid),
    groupName: (gid) => groupNames.get(gid) ?? String(gid),
  }
}

export const readPasswd = async (transport: HostTransport): Promise<readonly PasswdEntry[]> =>
  parsePasswd(await required(transport, '/etc/passwd'))

export const readGroups = async (transport: HostTransport): Promise<readonly GroupEntry[]> =>
  parseGroup(await required(transport, '/etc/group'))

/** NIS entries are not accounts of this host: they have no home of their own and no number that can be relied on. */
export const isLocal = (user: PasswdEntry): boolean => !/^[+-]/.test(user.account)

/** Names of the groups of an account, the primary one included. */
export function groupNamesOf({ users, groups }: Accounts, account: string): readonly string[] {
  const primary = new Set(users.filter((user) => user.account === account).map((user) => user.gid))
  const own = groups.filter((group) => primary.has(group.gid) || group.members.includes(account))
  return own.map((group) => group.groupName)
}

/** The shell lets somebody work. An empty field stands for /bin/sh. */
export const isLoginShell = (shell: string): boolean => !NO_LOGIN.has(shell.slice(shell.lastIndexOf('/') + 1).trim())

const NO_LOGIN = new Set(['nologin', 'false', 'sync', 'shutdown', 'halt'])

async function required(transport: HostTransport, file: string): Promise<string> {
  const text = await transport.readFile(file)
  if (text === null) throw new BergfriedError('collect.unreadable', { what: file, reason: 'ENOENT' })
  return text
}

function firstOf(pairs: readonly (readonly [number, string])[]): Map<number, string> {
  const names = new Map<number, string>()
  for (const [id, name] of pairs) if (!names.has(id) && !/^[+-]/.test(name)) names.set(id, name)
  return names
}
