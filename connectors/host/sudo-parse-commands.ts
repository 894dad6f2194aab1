import { memberList, negation, userList } from './sudo-parse-members.ts'
import type { SudoScanner } from './sudo-scanner.ts'
import type { CommandSpec, Member, RunAs } from './sudo-statements.ts'

const TAG = /(?:NO)?(?:PASSWD|EXEC|SETENV|LOG_INPUT|LOG_OUTPUT|MAIL|FOLLOW|INTERCEPT)(?=[ \t]*:)/y
const OPTION = /(?:ROLE|TYPE|APPARMOR_PROFILE|PRIVS|LIMITPRIVS|TIMEOUT|NOTBEFORE|NOTAFTER|CWD|CHROOT)(?=[ \t]*=)/y
const DIGEST = /sha(?:224|256|384|512)(?=[ \t]*:)/y

/** A list of commands, each with its digests. */
export const commandList = (scan: SudoScanner): Member[] => memberList(scan, command)

/** The right-hand side of a user specification: `(root) NOPASSWD: /bin/ls, !/bin/su`. */
export function commandSpecs(scan: SudoScanner): CommandSpec[] {
  const specs: CommandSpec[] = []
  do {
    scan.blank()
    const runAs = scan.take('(') ? runAsList(scan) : null
    const tags: string[] = []
    const options: (readonly [string, string])[] = []
    for (;;) {
      scan.blank()
      const tag = scan.match(TAG)
      const option = tag === null ? scan.match(OPTION) : null
      if (tag === null && option === null) break
      scan.blank()
      scan.expect(tag === null ? '=' : ':')
      scan.blank()
      if (tag !== null) tags.push(tag)
      else options.push([option ?? '', optionValue(scan)])
    }
    specs.push({ runAs, tags, options, command: command(scan, negation(scan)) })
    scan.blank()
  } while (scan.take(','))
  return specs
}

function optionValue(scan: SudoScanner): string {
  const value = scan.peek() === '"' ? scan.quoted() : scan.word()
  if (value === '') throw scan.fault('value of an option expected')
  return value
}

function runAsList(scan: SudoScanner): RunAs {
  scan.blank()
  const users = scan.peek() === ':' || scan.peek() === ')' ? [] : userList(scan)
  scan.blank()
  const grouped = scan.take(':')
  scan.blank()
  const groups = grouped && scan.peek() !== ')' ? userList(scan) : []
  scan.blank()
  scan.expect(')')
  return { users, groups }
}

function command(scan: SudoScanner, sign: boolean): Member {
  const digests = digestList(scan)
  const negated = digests === '' ? sign : negation(scan)
  const prefix = digests === '' ? '' : `${digests} `
  if (scan.peek() === '/') return { negated, kind: 'word', text: prefix + withArguments(scan, scan.commandPath()) }
  if (scan.peek() === '^')
    return { negated, kind: 'word', text: prefix + withArguments(scan, scan.regularExpression()) }
  const word = scan.word()
  if (word === 'ALL') return { negated, kind: digests === '' ? 'all' : 'word', text: `${prefix}ALL` }
  if (word === 'sudoedit' || word === 'list') return { negated, kind: 'word', text: prefix + withArguments(scan, word) }
  if (!/^[A-Z][A-Z0-9_]*$/.test(word)) throw scan.fault('a command needs an absolute path')
  return { negated, kind: digests === '' ? 'alias' : 'word', text: prefix + word }
}

function withArguments(scan: SudoScanner, path: string): string {
  if (path === '/') throw scan.fault('a command needs an absolute path')
  const list = scan.commandArguments()
  return list === '' ? path : `${path} ${list}`
}

/** `sha256:...`, several with commas; all must belong to the command that follows. */
function digestList(scan: SudoScanner): string {
  const digests: string[] = []
  for (let kind = scan.match(DIGEST); kind !== null; kind = scan.match(DIGEST)) {
    scan.blank()
    scan.expect(':')
    scan.blank()
    const digest = scan.match(/[0-9A-Za-z+/]+=*/y)
    if (digest === null) throw scan.fault('digest expected')
    digests.push(`${kind}:${digest}`)
    scan.blank()
    if (!scan.take(',')) break
    scan.blank()
  }
  return digests.join(',')
}
