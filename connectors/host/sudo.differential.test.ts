import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseSudoers } from './sudo-parse.ts'
import { sudoRules } from './sudo-rules.ts'

const CVTSUDOERS = '/usr/bin/cvtsudoers'
let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bergfried-sudo-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

type Named = Readonly<Record<string, string | number | boolean>>
interface Spec {
  readonly User_List: readonly Named[]
  readonly Host_List: readonly Named[]
  readonly Cmnd_Specs: readonly {
    readonly runasusers?: readonly Named[]
    readonly runasgroups?: readonly Named[]
    readonly Options?: readonly Named[]
    readonly Commands: readonly Named[]
  }[]
}

/** One line per user, host, target, password rule and command, as sudo's own parser sees the file. */
function fromSudo(text: string): string[] {
  const file = join(folder, 'sudoers')
  writeFileSync(file, text)
  const json = execFileSync(CVTSUDOERS, ['-c', '/dev/null', '-e', '-f', 'json', file], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const specs: readonly Spec[] = JSON.parse(json).User_Specs ?? []
  const lines = specs.flatMap((spec) =>
    spec.User_List.filter((user) => user['negated'] !== true).flatMap((user) =>
      spec.Cmnd_Specs.flatMap((commands) => {
        const users = (commands.runasusers ?? []).map(text_)
        const groups = (commands.runasgroups ?? []).map((group) => text_(group).replace(/^(!?)%?/, '$1:'))
        const target =
          commands.runasusers === undefined && commands.runasgroups === undefined ? ['root'] : [...users, ...groups]
        const free = commands.Options?.some((option) => option['authenticate'] === false) === true
        return commands.Commands.map((command) =>
          [text_(user), spec.Host_List.map(text_), target, free ? 'free' : 'password', text_(command)].join(' | '),
        )
      }),
    ),
  )
  return [...new Set(lines)].sort()
}

function text_(named: Named): string {
  const { negated, ...rest } = named
  const digests = Object.entries(rest)
    .filter(([key]) => key.startsWith('sha'))
    .map(([key, value]) => `${key}:${value} `)
  const [kind = '', value = ''] = Object.entries(rest).find(([key]) => !key.startsWith('sha')) ?? []
  const sign =
    { userid: '#', usergroup: '%', usergid: '%#', netgroup: '+', nonunixgroup: '%:', nonunixgid: '%:#' }[kind] ?? ''
  const name = String(value)
  return (
    (negated === true ? '!' : '') +
    digests.join('') +
    (sign !== '' && name.startsWith(sign[0] ?? '') ? '' : sign) +
    name
  )
}

const SIGNS: Readonly<Record<string, string>> = { uid: '#', group: '%', gid: '%#', netgroup: '+' }

function ours(text: string): string[] {
  const statements = parseSudoers(text, 'sudoers').map((one) => ({ ...one, file: 'sudoers' }))
  const lines = sudoRules(statements).flatMap((rule) =>
    rule.commands.map((command) =>
      [
        (SIGNS[rule.subjectKind] ?? '') + rule.subject,
        rule.hosts,
        rule.runAs,
        rule.noPassword ? 'free' : 'password',
        command,
      ].join(' | '),
    ),
  )
  return [...new Set(lines)].sort()
}

const DIGEST = 'H70JdCvAhJjWIHvk4vRNGA3ZqmkwPx7BL3gUuA=='

const CORPUS = [
  'root ALL=(ALL:ALL) ALL',
  '%sudo ALL=(ALL:ALL) NOPASSWD: ALL',
  '#1000,%#27,"%Domain Admins",+ops,%:nonunix ALL=ALL',
  'ada web*.example.com,!mail,10.0.0.0/8,192.168.1.0/255.255.255.0,fe80::1,2001:db8::/32=(bob,!eve:adm,#5) /bin/a',
  'ada ALL=(:adm) /bin/a, (bob) /bin/b, /bin/c -x \\, y\\:z, !/bin/d, !!/bin/e',
  'ada ALL=NOPASSWD: /bin/a, /bin/b, PASSWD: NOEXEC: /bin/c, NOPASSWD:SETENV: sudoedit /etc/*, /usr/local/bin/',
  `ada ALL=sha224:${DIGEST} /bin/ls -l, /bin/x`,
  'ada ALL=^/usr/bin/(less|more)$ ^/var/log/.+$, /usr/bin/id',
  'User_Alias A = ada, !bob, %ops : B = A, carl\nHost_Alias H = h1, !h2\nRunas_Alias R = www, %web\nCmnd_Alias C = /bin/a, !/bin/b\nCmnd_Alias D = /bin/d, !/bin/e\nB H = (R) C, !D, /bin/z',
  'ada\\ x ALL = \\\n   (root) \\\n /bin/a \\\n -l   -m, \\\n /bin/b # end\n# comment \\\nbob ALL=ALL',
  'ada a=/bin/a : b,c=(x) /bin/b : ALL=ALL',
  'ada ALL=(ALL) ALL\r\nbob ALL=ALL\r\n',
  'Defaults env_reset\nDefaults:ada !authenticate\nada ALL=(ALL) TIMEOUT=5m NOTBEFORE=20260101000000Z /bin/a',
]

const missing = existsSync(CVTSUDOERS) ? '' : ' (skipped: the package sudo with cvtsudoers is missing)'

describe.skipIf(missing !== '')(`against cvtsudoers${missing}`, () => {
  it.each(CORPUS)('%j', (text) => {
    const expected = fromSudo(`${text}\n`)
    expect(ours(`${text}\n`)).toEqual(expected)
    expect(expected.length).toBeGreaterThan(0)
  })

  it('agrees on 300 generated rules', () => {
    const name = fc.constantFrom('ada', 'bob', '%ops', '#1000', '+net', 'A1', 'A2', '"%Domain Users"', 'x\\ y')
    const command = fc.constantFrom(
      'ALL',
      '/bin/a',
      '/bin/b -l',
      '/opt/x/',
      'C1',
      '!/bin/n',
      '!C2',
      'sudoedit /etc/f',
      '/usr/bin/* a\\,b',
    )
    const tag = fc.constantFrom('', '', '', 'NOPASSWD: ', 'PASSWD:', 'NOEXEC : ')
    const target = fc.constantFrom('', '', '', '(root) ', '( bob , R1 : adm )', '(:adm)', '(ALL)')
    const spec = fc.tuple(target, tag, command).map((parts) => parts.join(''))
    const host = fc.constantFrom('ALL', 'h1', 'H1', '10.0.0.0/8', '!h2')
    const list = (one: fc.Arbitrary<string>, separator: string) =>
      fc
        .uniqueArray(one, { minLength: 1, maxLength: 4, comparator: (a, b) => tail(a) === tail(b) })
        .map((all) => all.join(separator))
    const tail = (text: string) => text.replace(/^.*[):] ?/, '')
    const rule = fc
      .tuple(
        list(name, ', '),
        list(
          fc.tuple(list(host, ','), list(spec, ', ')).map((parts) => parts.join(' = ')),
          ' : ',
        ),
      )
      .map((parts) => parts.join(' '))
    const aliases = [
      'User_Alias A1 = eve, %web',
      'User_Alias A2 = A1, fritz',
      'Host_Alias H1 = h7, h8',
      'Runas_Alias R1 = www, #33',
      'Cmnd_Alias C1 = /bin/c1, /bin/c2 x',
      'Cmnd_Alias C2 = /bin/c3',
    ]
    const rules = fc.sample(rule, { numRuns: 300, seed: 7 })
    const sample = [...aliases, ...rules, ''].join('\n')
    expect(ours(sample)).toEqual(fromSudo(sample))
  })
})
