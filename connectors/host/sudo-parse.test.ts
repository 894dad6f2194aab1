import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BergfriedError } from '../../kernel/errors.ts'
import { parseSudoers } from './sudo-parse.ts'
import { sudoRules, sudoSettings } from './sudo-rules.ts'

const located = (text: string) => parseSudoers(text, '/etc/sudoers').map((one) => ({ ...one, file: '/etc/sudoers' }))
const rules = (text: string) => sudoRules(located(text))
const shown = (text: string) =>
  rules(text).map(
    (rule) =>
      `${rule.line} ${rule.subjectKind} ${rule.subject} | ${rule.hosts.join(' ')} | ${rule.runAs.join(' ')} | ${[...rule.tags, ...(rule.noPassword ? ['free'] : [])].join(' ')} | ${rule.commands.join('; ')}`,
  )
const fault = (text: string) => {
  try {
    rules(text)
  } catch (error) {
    return error instanceof BergfriedError ? `${error.code}:${error.detail['line']} ${error.detail['reason']}` : error
  }
  return 'fine'
}

describe('user specifications', () => {
  it.each([
    ['ada ALL=ALL', ['1 user ada | ALL | root |  | ALL']],
    ['%sudo\tALL=(ALL:ALL) ALL', ['1 group sudo | ALL | ALL :ALL |  | ALL']],
    ['#1000 ALL=ALL # not a comment in front', ['1 uid 1000 | ALL | root |  | ALL']],
    ['%#27 ALL=ALL', ['1 gid 27 | ALL | root |  | ALL']],
    ['+ops ALL=ALL', ['1 netgroup ops | ALL | root |  | ALL']],
    ['ALL ALL=/bin/ls', ['1 everyone ALL | ALL | root |  | /bin/ls']],
    ['"%Domain Admins" ALL=ALL', ['1 group Domain Admins | ALL | root |  | ALL']],
    ['%Domain\\ Admins ALL=ALL', ['1 group Domain Admins | ALL | root |  | ALL']],
    ['bo\\x62 ALL=ALL', ['1 user bob | ALL | root |  | ALL']],
    ['"ALL" ALL=ALL', ['1 user ALL | ALL | root |  | ALL']],
    ['ada ALL=(:adm) /bin/a', ['1 user ada | ALL | :adm |  | /bin/a']],
    ['ada ALL=() /bin/a', ['1 user ada | ALL |  |  | /bin/a']],
    ['ada ALL=/bin/a -x\\,y\\:z\\=1, /bin/b ""', ['1 user ada | ALL | root |  | /bin/a -x,y:z=1; /bin/b ""']],
    ['ada ALL=/usr/bin/*, !/usr/bin/su, !!/bin/x', ['1 user ada | ALL | root |  | /usr/bin/*; !/usr/bin/su; /bin/x']],
    ['ada ALL=^/usr/bin/(a|b),c$ ^-[x]+$', ['1 user ada | ALL | root |  | ^/usr/bin/(a|b),c$ ^-[x]+$']],
    [
      'ada a,!b=ALL : 10.0.0.0/8,::1,2001:db8::/32=/bin/a',
      ['1 user ada | a !b | root |  | ALL', '1 user ada | 10.0.0.0/8 ::1 2001:db8::/32 | root |  | /bin/a'],
    ],
    ['ada,bert ALL=ALL', ['1 user ada | ALL | root |  | ALL', '1 user bert | ALL | root |  | ALL']],
    ['ALL,!root ALL=ALL', ['1 everyone ALL | ALL | root |  | ALL']],
    [
      'ada ALL = \\\n  (root) \\\n  ALL\nbob ALL=ALL',
      ['1 user ada | ALL | root |  | ALL', '4 user bob | ALL | root |  | ALL'],
    ],
    ['ada ALL=ALL\r\nbob ALL=ALL\r\n', ['1 user ada | ALL | root |  | ALL', '2 user bob | ALL | root |  | ALL']],
    ['# comment \\\nada ALL=ALL', ['2 user ada | ALL | root |  | ALL']],
  ])('%j', (text, expected) => {
    expect(shown(text)).toEqual(expected)
  })

  it('lets tags, options and target users run on along a list, and splits where they change', () => {
    expect(
      shown(
        'ada ALL=(bob) NOPASSWD: NOEXEC: TIMEOUT=5m /bin/a, /bin/b, PASSWD: /bin/c, (eve) EXEC: /bin/d, NOPASSWD: /bin/e',
      ),
    ).toEqual([
      '1 user ada | ALL | bob | NOEXEC TIMEOUT=5m free | /bin/a; /bin/b',
      '1 user ada | ALL | bob | NOEXEC TIMEOUT=5m | /bin/c',
      '1 user ada | ALL | eve | EXEC TIMEOUT=5m | /bin/d',
      '1 user ada | ALL | eve | EXEC TIMEOUT=5m free | /bin/e',
    ])
  })

  it('keeps digests with their command', () => {
    const digest = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
    expect(shown(`ada ALL=sha256:${digest}, sha224 : ab== /bin/ls -l, /bin/x`)).toEqual([
      `1 user ada | ALL | root |  | sha256:${digest},sha224:ab== /bin/ls -l; /bin/x`,
    ])
  })

  it('takes the target user from runas_default', () => {
    expect(shown('Defaults runas_default=oracle\nada ALL=/bin/a')).toEqual(['2 user ada | ALL | oracle |  | /bin/a'])
  })
})

describe('aliases', () => {
  it('are resolved at any depth, also before they are defined, with negation turned round', () => {
    expect(
      shown(
        [
          'OPS SERVERS = (TARGETS) CMDS, !SHELLS',
          'User_Alias OPS = ada, TEAM, !eve : TEAM = bob, eve',
          'Host_Alias SERVERS = web, !db',
          'Runas_Alias TARGETS = www, #33',
          'Cmnd_Alias CMDS = /bin/a, /bin/b : SHELLS = /bin/sh, !/bin/rbash',
        ].join('\n'),
      ),
    ).toEqual([
      '1 user ada | web !db | www #33 |  | /bin/a; /bin/b; !/bin/sh; /bin/rbash',
      '1 user bob | web !db | www #33 |  | /bin/a; /bin/b; !/bin/sh; /bin/rbash',
    ])
  })

  it('that are defined nowhere are plain names', () => {
    expect(shown('ADMIN ALL=ALL')).toEqual(['1 user ADMIN | ALL | root |  | ALL'])
  })

  it.each([
    ['User_Alias A = B\nUser_Alias B = A\nA ALL=ALL', 'collect.parse:1 the alias A refers to itself'],
    ['User_Alias A = x\nUser_Alias A = y', 'collect.parse:2 the alias A is defined twice'],
    ['User_Alias a = x', 'collect.parse:1 name of an alias expected'],
    ['User_Alias ALL = x', 'collect.parse:1 name of an alias expected'],
  ])('%j is refused', (text, expected) => {
    expect(fault(text)).toBe(expected)
  })
})

describe('Defaults', () => {
  it('carry their scope, their operator and their value', () => {
    const text = [
      'Defaults env_reset, !lecture, timestamp_timeout = 15',
      'Defaults env_keep += "LANG LC_*", mailto=a\\,b',
      'Defaults:ada,%ops !authenticate',
      'Defaults@WEB,!db log_year',
      'Defaults>root !set_logname',
      'Defaults!/usr/bin/vi,PAGERS noexec',
      'Defaults secure_path="/sbin:\\\n   /bin"',
    ].join('\n')
    expect(sudoSettings(located(text)).map((row) => Object.values(row).slice(1).join('|'))).toEqual([
      '1||env_reset||false',
      '1||lecture||true',
      '1||timestamp_timeout|15|false',
      '2||env_keep|+= LANG LC_*|false',
      '2||mailto|a,b|false',
      '3|:ada,%ops|authenticate||true',
      '4|@WEB,!db|log_year||false',
      '5|>root|set_logname||true',
      '6|!/usr/bin/vi,PAGERS|noexec||false',
      '7||secure_path|/sbin:/bin|false',
    ])
  })
})

it('tells includes from comments', () => {
  const text =
    '#include /a\n#includedir b\n@include "/c d"\n  @includedir /e\\ f # note\n # include /no\n#includes /no\n'
  expect(
    parseSudoers(text, 's').map((one) => one.type === 'include' && `${one.folder} ${one.path} ${one.line}`),
  ).toEqual(['false /a 1', 'true b 2', 'false /c d 3', 'true /e f 4'])
})

it.each([
  ['ada', 1],
  ['ada ALL', 1],
  ['ada ALL=', 1],
  ['ada ALL=ls', 1],
  ['ada ALL=ALL extra', 1],
  ['ada ALL=(root ALL', 1],
  ['\nada ALL="/bin/ls"', 2],
  ['"ada ALL=ALL', 1],
  ['% ALL=ALL', 1],
  ['Defaults', 1],
  ['Defaults Env', 1],
  ['Defaults x=', 1],
  ['ada ALL=ALL,', 1],
  ['ada ALL=^/bin/x', 1],
  ['ada ALL=/bin/\0', 1],
])('%j is refused with its line', (text, line) => {
  expect(fault(text)).toMatch(new RegExp(`^collect\\.parse:${line} `))
})

describe('hostile input', () => {
  const piece = fc.constantFrom(
    'ada',
    'ALL',
    '=',
    ',',
    ':',
    '(',
    ')',
    '!',
    '"',
    '\\',
    '\\\n',
    '\n',
    ' ',
    '\t',
    '#',
    '#1',
    '%',
    '+',
    'User_Alias',
    'A',
    'B',
    'Cmnd_Alias',
    'Defaults',
    'Defaults:',
    'NOPASSWD:',
    'TIMEOUT=1',
    'sha256:',
    '/bin/ls',
    '^',
    '$',
    '@include /x',
    '\0',
    'ä',
    '\r',
    '*',
    '::1',
    '+=',
  )

  it('ends in rows or in a typed error', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, piece, piece, fc.string({ maxLength: 6 })), { maxLength: 60 }), (pieces) => {
        expect(fault(pieces.join(''))).toMatch(/^(?:fine|collect\.)/)
      }),
      { numRuns: 1000 },
    )
  })

  it.each(['a', '\\', '"', '(', '!', ' ', '\\\n', 'A,', '%', '/a ', '^', '#', '\0', ':', 'x=', '\\x4'])(
    '1 MB of %j takes no more than a moment',
    (part) => {
      const long = part.repeat(Math.ceil(1_000_000 / part.length))
      for (const text of [
        long,
        `ada ALL=${long}`,
        `ada ALL=/bin/x ${long}`,
        `Defaults x="${long}`,
        `User_Alias A=${long}`,
      ])
        fault(text)
    },
  )

  it('does not multiply aliases', () => {
    const bomb = Array.from({ length: 200 }, (_, n) => `User_Alias A${n + 1} = A${n}, A${n}, A${n}`)
    expect(shown(['User_Alias A0 = ada', ...bomb, 'A200 ALL=ALL'].join('\n'))).toHaveLength(1)
  })

  it('refuses chains and lists that no sudoers file has', () => {
    const chain = Array.from({ length: 50_000 }, (_, n) => `User_Alias A${n} = A${n + 1}`)
    expect(fault([...chain, 'A0 ALL=ALL'].join('\n'))).toMatch(/nested deeper/)
    const wide = Array.from({ length: 10_001 }, (_, n) => `u${n}`).join(',')
    expect(fault(`${wide} ALL=ALL`)).toMatch(/^collect\.too_large/)
    const names = Array.from({ length: 9000 }, (_, n) => `/c${n}`).join(',')
    const users = Array.from({ length: 9000 }, (_, n) => `u${n}`).join(',')
    expect(fault(`Cmnd_Alias C = ${names}\n${users} ALL=C`)).toMatch(/^collect\.too_large/)
  })
})
