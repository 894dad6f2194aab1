import type { Fact } from '../../facts/kinds.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { clip } from './clip.ts'
import { AliasTable, type LocatedAlias, type Resolved } from './sudo-expand.ts'
import type { CommandSpec, Defaults, Rule, Statement } from './sudo-statements.ts'

/** A statement and the file it stands in. */
export type Located = Statement & { readonly file: string }

/** More names than this over all rows are refused: a file of that kind is an attack, not a policy. */
const MOST_NAMES = 2_000_000

/**
 * One row per subject and set of commands with the same target users and tags, aliases resolved.
 *
 * Subjects that are excluded ("!bob") get no row: the exclusion takes away, it never grants. Tags and target users run
 * on along a list of commands, as in sudo. `noPassword` is the tag alone; "Defaults !authenticate" is a setting.
 *
 * @throws {BergfriedError} `collect.parse`, `collect.too_large`
 */
export function sudoRules(statements: readonly Located[]): Fact<'host_sudo_rule'>[] {
  const aliases = new AliasTable(statements.filter((one): one is LocatedAlias => one.type === 'alias'))
  const target = defaultTarget(statements)
  const rows: Fact<'host_sudo_rule'>[] = []
  let names = 0
  for (const rule of statements) {
    if (rule.type !== 'rule') continue
    const subjects = aliases.expand('user', rule.users).filter((subject) => !subject.negated)
    for (const grant of grants(rule, aliases, target)) {
      for (const subject of subjects) {
        rows.push({ file: rule.file, line: rule.line, ...subjectOf(subject), ...grant })
        names += grant.commands.length + grant.hosts.length + grant.runAs.length + 1
        if (names > MOST_NAMES)
          throw new BergfriedError('collect.too_large', { what: rule.file, limit: `${MOST_NAMES} names` })
      }
    }
  }
  return rows
}

/** One row per setting of a Defaults line. `scope` is as written, with its sign; values of += and -= begin with it. */
export function sudoSettings(statements: readonly Located[]): Fact<'host_sudo_setting'>[] {
  const lines = statements.filter((one): one is Defaults & { file: string } => one.type === 'defaults')
  return lines.flatMap(({ file, line, sign, scope, entries }) => {
    const names = scope.map((member) => `${member.negated ? '!' : ''}${member.text}`).join(',')
    return entries.map(({ setting, operator, value, negated }) => ({
      file,
      line,
      scope: clip(sign + names, 512),
      setting: clip(setting, 512),
      value: value === null ? null : clip(operator === '=' ? value : `${operator} ${value}`, 4096),
      negated,
    }))
  })
}

type Grant = Pick<Fact<'host_sudo_rule'>, 'hosts' | 'runAs' | 'commands' | 'noPassword' | 'tags'>

function grants(rule: Rule, aliases: AliasTable, target: string): Grant[] {
  return rule.privileges.flatMap(({ hosts, specs }) => {
    const on = aliases.expand('host', hosts).map(written)
    const byKey = new Map<string, { grant: Omit<Grant, 'commands' | 'hosts'>; commands: Map<string, string> }>()
    for (const { runAs, tags, options, command } of inherited(specs)) {
      const grant = {
        runAs: runAs === null ? [target] : targets(runAs, aliases),
        noPassword: tags.get('PASSWD') === 'NOPASSWD',
        tags: [...[...tags].filter(([base]) => base !== 'PASSWD').map(([, tag]) => tag), ...options],
      }
      const key = JSON.stringify(grant)
      const entry = byKey.get(key) ?? { grant, commands: new Map() }
      byKey.set(key, entry)
      for (const one of aliases.expand('command', [command])) {
        entry.commands.delete(one.text)
        entry.commands.set(one.text, written(one))
      }
    }
    return [...byKey.values()].map(({ grant, commands }) => ({ hosts: on, ...grant, commands: [...commands.values()] }))
  })
}

/** Fills in what each command takes over from the one before it in the list. */
function* inherited(specs: readonly CommandSpec[]) {
  let runAs: CommandSpec['runAs'] = null
  const tags = new Map<string, string>()
  const options = new Map<string, string>()
  for (const spec of specs) {
    runAs = spec.runAs ?? runAs
    for (const tag of spec.tags) tags.set(tag.replace(/^NO/, ''), tag)
    for (const [name, value] of spec.options) options.set(name, `${name}=${value}`)
    yield { runAs, tags, options: [...options.values()], command: spec.command }
  }
}

function targets(runAs: NonNullable<CommandSpec['runAs']>, aliases: AliasTable): string[] {
  return [
    ...aliases.expand('runas', runAs.users).map(written),
    ...aliases.expand('runas', runAs.groups).map((group) => `${group.negated ? '!' : ''}:${group.text}`),
  ]
}

const written = (one: Resolved): string => clip(`${one.negated ? '!' : ''}${one.text}`, 4096)

function subjectOf({ all, text }: Resolved): Pick<Fact<'host_sudo_rule'>, 'subjectKind' | 'subject'> {
  if (all) return { subjectKind: 'everyone', subject: 'ALL' }
  const found = (subjectKind: Fact<'host_sudo_rule'>['subjectKind'], subject: string) => ({
    subjectKind,
    subject: clip(subject, 512),
  })
  if (/^%#[0-9]/.test(text)) return found('gid', text.slice(2))
  if (text.startsWith('%')) return found('group', text.slice(1))
  if (/^#-?[0-9]+$/.test(text)) return found('uid', text.slice(1))
  return text.startsWith('+') ? found('netgroup', text.slice(1)) : found('user', text)
}

/** The target user where a rule names none: root, or the last `Defaults runas_default=`. */
function defaultTarget(statements: readonly Located[]): string {
  const entries = statements.flatMap((one) => (one.type === 'defaults' && one.sign === '' ? one.entries : []))
  return entries.findLast((entry) => entry.setting === 'runas_default' && entry.value !== null)?.value ?? 'root'
}
