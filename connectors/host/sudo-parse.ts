import { commandList, commandSpecs } from './sudo-parse-commands.ts'
import { hostList, userList } from './sudo-parse-members.ts'
import { SudoScanner } from './sudo-scanner.ts'
import type { AliasKind, Defaults, Privilege, Statement } from './sudo-statements.ts'

const ALIASES: readonly (readonly [word: string, kind: AliasKind])[] = [
  ['User_Alias', 'user'],
  ['Runas_Alias', 'runas'],
  ['Host_Alias', 'host'],
  ['Cmnd_Alias', 'command'],
  ['Cmd_Alias', 'command'],
]

/**
 * Reads one file in the grammar of sudoers(5): aliases, Defaults, user specifications, includes (not followed here).
 *
 * @throws {BergfriedError} `collect.parse` with file and line for anything that sudo would refuse to parse
 */
export function parseSudoers(text: string, file: string): Statement[] {
  if (text.includes('\0')) throw new SudoScanner(text, file).fault('NUL character')
  const scan = new SudoScanner(text, file)
  const statements: Statement[] = []
  while (!scan.ended) {
    // "#include" counts only at the very beginning of a line, "@include" also behind blanks.
    const include = scan.match(/#include(?:dir)?(?=[ \t])/y)
    if (include !== null) statements.push(includeAfter(scan, include))
    else {
      scan.blank()
      if (!scan.atEnd()) statements.push(...statement(scan))
    }
    scan.blank()
    if (!scan.atEnd()) throw scan.fault(`unexpected "${scan.peek()}"`)
    scan.skipLine()
  }
  return statements
}

function statement(scan: SudoScanner): Statement[] {
  const { line } = scan
  const include = scan.match(/@include(?:dir)?(?=[ \t"])/y)
  if (include !== null) return [includeAfter(scan, include)]
  if (scan.match(/Defaults(?=[ \t:@>!\\])/y) !== null) return [defaults(scan, line)]
  for (const [word, kind] of ALIASES) {
    if (scan.match(new RegExp(`${word}(?=[ \\t\\\\])`, 'y')) !== null) return aliases(scan, kind, line)
  }
  const users = userList(scan)
  scan.blank()
  const privileges: Privilege[] = []
  do privileges.push(privilege(scan))
  while (separated(scan, ':'))
  return [{ type: 'rule', line, users, privileges }]
}

function includeAfter(scan: SudoScanner, keyword: string): Statement {
  const { line } = scan
  scan.blank()
  const path = scan.peek() === '"' ? scan.quoted() : scan.word(SPACE)
  if (path === '') throw scan.fault('the include names no file')
  return { type: 'include', line, folder: keyword.endsWith('dir'), path }
}

const SPACE = new Set(' \t\r\n')

function privilege(scan: SudoScanner): Privilege {
  const hosts = hostList(scan)
  scan.blank()
  scan.expect('=')
  return { hosts, specs: commandSpecs(scan) }
}

function aliases(scan: SudoScanner, kind: AliasKind, line: number): Statement[] {
  const found: Statement[] = []
  do {
    scan.blank()
    const name = scan.match(/[A-Z][A-Z0-9_]*/y)
    if (name === null || name === 'ALL') throw scan.fault('name of an alias expected')
    scan.blank()
    scan.expect('=')
    const members = kind === 'host' ? hostList(scan) : kind === 'command' ? commandList(scan) : userList(scan)
    found.push({ type: 'alias', line, kind, name, members })
  } while (separated(scan, ':'))
  return found
}

function defaults(scan: SudoScanner, line: number): Defaults {
  const sign = scan.match(/[:@>!]/y) ?? ''
  const read = sign === '@' ? hostList : sign === '!' ? commandList : userList
  const scope = sign === '' ? [] : read(scan)
  const entries: Defaults['entries'][number][] = []
  do {
    scan.blank()
    const negated = (scan.match(/!+/y)?.length ?? 0) % 2 === 1
    scan.blank()
    const setting = scan.match(/[a-z_][a-z0-9_]*/y)
    if (setting === null) throw scan.fault('name of a setting expected')
    scan.blank()
    const operator = negated ? null : scan.match(/[+-]?=/y)
    scan.blank()
    const value = operator === null ? null : scan.peek() === '"' ? scan.quoted() : scan.word(VALUE_END)
    if (value === '') throw scan.fault(`value of ${setting} expected`)
    entries.push({ setting, operator: operator === '+=' || operator === '-=' ? operator : '=', value, negated })
  } while (separated(scan, ','))
  return { type: 'defaults', line, sign, scope, entries }
}

const VALUE_END = new Set('#=, \t\r\n"')

function separated(scan: SudoScanner, separator: string): boolean {
  scan.blank()
  return scan.take(separator)
}
