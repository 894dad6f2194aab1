import type { FileStat, HostTransport } from '../../kernel/collect/transport.ts'
import type { Accounts } from './accounts-read.ts'

const MOST_LINKS = 40

/**
 * Says whether a program, a folder above it, or anything on the way of its links can be changed by somebody other than
 * root and the account that runs it.
 *
 * @returns a function that remembers what it has looked at; null for a path that is not absolute or leads nowhere
 */
export function writabilityOf(
  transport: HostTransport,
  accounts: Accounts,
): (program: string, account: string) => Promise<boolean | null> {
  const stats = new Map<string, FileStat | null>()
  const stat = async (path: string): Promise<FileStat | null> => {
    const known = stats.get(path)
    if (known !== undefined) return known
    const found = await transport.stat(path)
    stats.set(path, found)
    return found
  }

  return async (program, account) => {
    if (!program.startsWith('/')) return null
    const trusted = new Set([0, ...accounts.users.filter((user) => user.account === account).map((user) => user.uid)])
    let parts = partsOf(program)
    let at = ''
    for (let links = 0; ; ) {
      const here = await stat(at === '' ? '/' : at)
      if (here === null) return null
      if (here.kind === 'link') {
        const target = await transport.readLink(at)
        links++
        if (target === null || links > MOST_LINKS) return null
        parts = [...partsOf(target), ...parts]
        at = target.startsWith('/') ? '' : parentOf(at)
        continue
      }
      if (open(here, trusted, accounts, account)) return true
      const next = parts.shift()
      if (next === undefined) return false
      at = next === '..' ? parentOf(at) : `${at}/${next}`
    }
  }
}

const partsOf = (path: string): string[] => path.split('/').filter((part) => part !== '' && part !== '.')

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))

function open(stat: FileStat, trusted: ReadonlySet<number>, accounts: Accounts, account: string): boolean {
  if (!trusted.has(stat.uid)) return true
  const mode = Number.parseInt(stat.mode, 8)
  // In a folder with the sticky bit nobody can replace what belongs to somebody else.
  if (stat.kind === 'folder' && (mode & 0o1000) !== 0) return false
  if ((mode & 0o002) !== 0) return true
  return (mode & 0o020) !== 0 && hasStrangers(stat.gid, accounts, account)
}

/** Somebody other than root and the account belongs to the group. A group that is not known may have anybody in it. */
function hasStrangers(gid: number, { users, groups }: Accounts, account: string): boolean {
  const same = groups.filter((group) => group.gid === gid)
  if (same.length === 0) return true
  const members = [
    ...same.flatMap((group) => group.members),
    ...users.filter((user) => user.gid === gid).map((user) => user.account),
  ]
  return members.some((member) => member !== 'root' && member !== account)
}
