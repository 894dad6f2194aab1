import { isIPv6 } from 'node:net'
import type { SudoScanner } from './sudo-scanner.ts'
import type { Member } from './sudo-statements.ts'

/** A list of users or groups, with commas between them. */
export const userList = (scan: SudoScanner): Member[] => memberList(scan, user)

/** A list of hosts, networks and netgroups. */
export const hostList = (scan: SudoScanner): Member[] => memberList(scan, host)

export function memberList(scan: SudoScanner, one: (scan: SudoScanner, negated: boolean) => Member): Member[] {
  const members: Member[] = []
  do {
    scan.blank()
    members.push(one(scan, negation(scan)))
    scan.blank()
  } while (scan.take(','))
  return members
}

/** Any number of "!": an even number says nothing. */
export function negation(scan: SudoScanner): boolean {
  const signs = scan.match(/!+/y)?.length ?? 0
  scan.blank()
  return signs % 2 === 1
}

function user(scan: SudoScanner, negated: boolean): Member {
  if (scan.peek() === '"') return { negated, kind: 'word', text: marked(scan, scan.quoted()) }
  const id = scan.match(/#-?[0-9]+/y)
  if (id !== null) return { negated, kind: 'word', text: id }
  const sign = scan.match(/%:?|\+/y) ?? ''
  if (sign === '') return named(scan, negated)
  const quoted = scan.peek() === '"' ? scan.quoted() : null
  const text = quoted ?? (sign === '+' ? null : scan.match(/#-?[0-9]+/y)) ?? scan.word()
  return { negated, kind: 'word', text: marked(scan, sign + text) }
}

function host(scan: SudoScanner, negated: boolean): Member {
  if (scan.peek() === '"') return { negated, kind: 'word', text: scan.quoted() }
  const address = ipv6(scan)
  if (address !== null) return { negated, kind: 'word', text: address }
  if (scan.take('+')) return { negated, kind: 'word', text: marked(scan, `+${scan.word()}`) }
  return named(scan, negated)
}

/** Colons separate elsewhere, so an IPv6 address must be known as one before it is taken. */
function ipv6(scan: SudoScanner): string | null {
  const found = /^([0-9A-Fa-f:.]+)(\/[0-9A-Fa-f:.]+)?/.exec(scan.ahead(100))
  if (found === null || !isIPv6(found[1] ?? '')) return null
  scan.take(found[0])
  return found[0]
}

function named(scan: SudoScanner, negated: boolean): Member {
  const before = scan.peek()
  const text = scan.word()
  if (text === '')
    throw scan.fault(before === '' ? 'a name is missing' : `a name expected, "${printable(before)}" found`)
  if (text === 'ALL') return { negated, kind: 'all', text }
  return { negated, kind: /^[A-Z][A-Z0-9_]*$/.test(text) ? 'alias' : 'word', text }
}

function marked(scan: SudoScanner, text: string): string {
  if (/^(?:%:?|\+)$/.test(text)) throw scan.fault('empty group')
  return text
}

const printable = (character: string): string => (/[ -~]/.test(character) ? character : 'a control character')
