import { BlockList, isIP } from 'node:net'

/** One condition of a Match line, for example `user` and `git,!root`. `all` has no pattern. */
export interface Criterion {
  readonly name: string
  readonly pattern: string
}

/** What is known of the local accounts, to find one that a condition fits. */
export interface MatchAccounts {
  readonly accounts: readonly string[]
  /** Groups of an account, or null where the host's groups are not those that sshd will ask. */
  groupsOf(account: string): readonly string[] | null
}

/**
 * Finds a connection for `sshd -T -C` that meets all conditions of a Match block.
 *
 * @returns values for user, host, addr, laddr, lport, rdomain; null where no concrete connection can be named
 */
export function connectionFor(criteria: readonly Criterion[], known: MatchAccounts): Record<string, string> | null {
  const spec: Record<string, string> = {}
  const users = criteria.filter((one) => one.name === 'user').map((one) => one.pattern)
  const groups = criteria.filter((one) => one.name === 'group').map((one) => one.pattern)
  if (users.length > 0 || groups.length > 0) {
    const user = candidates(users, known.accounts).find(
      (name) =>
        users.every((pattern) => matchesList(name, pattern)) &&
        groups.every((pattern) => matchesGroups(known.groupsOf(name) ?? [], pattern)),
    )
    if (user === undefined) return null
    spec['user'] = user
  }
  for (const [name, key] of ADDRESSES) {
    const patterns = criteria.filter((one) => one.name === name).map((one) => one.pattern)
    if (patterns.length === 0) continue
    const address = addressCandidates(patterns).find((one) =>
      patterns.every((pattern) => matchesAddresses(one, pattern)),
    )
    if (address === undefined) return null
    spec[key] = address
  }
  const hosts = criteria.filter((one) => one.name === 'host').map((one) => one.pattern)
  if (hosts.length > 0) {
    const host = candidates(hosts, []).find((one) => hosts.every((pattern) => matchesList(one, pattern, true)))
    if (host === undefined) return null
    spec['host'] = host
  }
  for (const { name, pattern } of criteria) {
    if (name === 'localport') spec['lport'] = pattern
    else if (name === 'rdomain') spec['rdomain'] = pattern
    else if (!KNOWN.has(name)) return null
  }
  if (criteria.some((one) => one.name === 'localport' && one.pattern !== spec['lport'])) return null
  // Nobody can say which routing domains fit a pattern; a second condition may ask for another one.
  if (criteria.some((one) => one.name === 'rdomain' && (/[*?!]/.test(one.pattern) || one.pattern !== spec['rdomain'])))
    return null
  // Commas and equals signs separate the parts of a connection and cannot be escaped.
  return Object.values(spec).some((value) => /[,=\s]/.test(value) || value === '') ? null : spec
}

/** Whether a user specification of a Match line can concern an account, whatever the other conditions say. */
export function mayConcern(criteria: readonly Criterion[], account: string, groups: readonly string[]): boolean {
  return criteria.every(({ name, pattern }) => {
    if (name === 'user') return matchesList(account, pattern)
    return name === 'group' ? matchesGroups(groups, pattern) : true
  })
}

/** match_pattern_list of OpenSSH: some pattern fits and no negated one does. */
export function matchesList(text: string, list: string, foldCase = false): boolean {
  const [subject, patterns] = foldCase ? [text.toLowerCase(), list.toLowerCase()] : [text, list]
  let found = false
  for (const pattern of patterns.split(',')) {
    if (pattern.startsWith('!')) {
      if (matchesPattern(subject, pattern.slice(1))) return false
    } else if (matchesPattern(subject, pattern)) found = true
  }
  return found
}

/** "*" any text, "?" one character. Takes time in proportion to the product of the lengths, never more. */
export function matchesPattern(text: string, pattern: string): boolean {
  let at = 0
  let next = 0
  let star = -1
  let retry = 0
  while (at < text.length) {
    if (pattern[next] === '*') {
      star = next++
      retry = at
    } else if (next < pattern.length && (pattern[next] === '?' || pattern[next] === text[at])) {
      next++
      at++
    } else if (star !== -1) {
      next = star + 1
      at = ++retry
    } else return false
  }
  while (pattern[next] === '*') next++
  return next === pattern.length
}

/** One group must fit, and a negated pattern that fits any group wins. */
function matchesGroups(groups: readonly string[], list: string): boolean {
  const negated = list.split(',').filter((pattern) => pattern.startsWith('!'))
  if (groups.some((group) => negated.some((pattern) => matchesPattern(group, pattern.slice(1))))) return false
  return groups.some((group) => matchesList(group, list))
}

const ADDRESSES = [
  ['address', 'addr'],
  ['localaddress', 'laddr'],
] as const

const KNOWN = new Set(['all', 'user', 'group', 'host', 'address', 'localaddress'])

/** Candidates of one sort that are tried: lists are short, but nothing says so. */
const MOST = 200

/** Names written out first, then wildcards filled in, then the accounts of the host. */
function candidates(lists: readonly string[], accounts: readonly string[]): string[] {
  const patterns = lists.flatMap((list) => list.split(',')).filter((one) => one !== '' && !one.startsWith('!'))
  const plain = patterns.filter((pattern) => !/[*?]/.test(pattern))
  const filled = patterns.map((pattern) => pattern.replaceAll('*', 'x').replaceAll('?', 'x'))
  return [...plain.slice(0, MOST), ...filled.slice(0, MOST), ...accounts]
}

function addressCandidates(lists: readonly string[]): string[] {
  const all = lists.flatMap((list) => list.split(',')).filter((one) => one !== '' && !one.startsWith('!'))
  const patterns = all.slice(0, MOST)
  return [
    ...patterns.map((pattern) => pattern.split('/')[0] ?? ''),
    ...patterns.map((pattern) => pattern.replace(/^\*$/, '192.0.2.1').replaceAll(/[*?]/g, '1')),
    ...patterns.map((pattern) => pattern.replace(/^\*\./, '192.0.').replace(/\.\*$/, '.1.1').replaceAll(/[*?]/g, '1')),
    ...patterns.map((pattern) => pattern.replace(/\.\*$/, '.1.1.1').replaceAll(/[*?]/g, '1')),
    '192.0.2.1',
    '2001:db8::1',
  ].filter((address) => isIP(address) !== 0)
}

function matchesAddresses(address: string, list: string): boolean {
  let found = false
  for (const pattern of list.split(',')) {
    const negated = pattern.startsWith('!')
    if (!matchesAddress(address, negated ? pattern.slice(1) : pattern)) continue
    if (negated) return false
    found = true
  }
  return found
}

function matchesAddress(address: string, pattern: string): boolean {
  const [network = '', bits] = pattern.split('/')
  if (bits === undefined || isIP(network) === 0) return matchesPattern(address.toLowerCase(), pattern.toLowerCase())
  const longest = isIP(network) === 4 ? 32 : 128
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > longest) return false
  const block = new BlockList()
  block.addSubnet(network, Number(bits), longest === 32 ? 'ipv4' : 'ipv6')
  return block.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')
}
