import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { programsOf } from './cron-command.ts'
import { parseAnacrontab, parseCrontab } from './cron-table.ts'
import { execProgram, parseUnit, valuesOf } from './cron-unit.ts'

describe('the programs of a command', () => {
  it.each([
    ['/usr/bin/backup --password hunter2', ['/usr/bin/backup']],
    ['A=1 B="x y" C=\'/bin/no\' /bin/run $A', ['/bin/run']],
    ['cd / && run-parts --report /etc/cron.hourly', ['cd']],
    ['test -x /usr/sbin/anacron || { cd / && run-parts /etc/cron.daily; }', ['test']],
    ['[ -x /opt/a ] && /opt/a --token t; /opt/b | /opt/c', ['[', '/opt/a', '/opt/b', '/opt/c']],
    ['if test -f /x; then /opt/a /opt/arg; fi', ['test', '/opt/a']],
    ['(/bin/a 2>&1 >/dev/null; exec /bin/b)', ['/bin/a', '/bin/b']],
    ['"/opt/my jobs/run" x', ['/opt/my jobs/run']],
    ['/opt/my\\ jobs/run x', ['/opt/my jobs/run']],
    ['/bin/sh -c "/bin/inner; /bin/other"', ['/bin/sh']],
    ['/bin/echo $(/bin/inner | /bin/x) `/bin/y; /bin/z` end', ['/bin/echo']],
    ["/bin/a 'never closed ; /bin/b", ['/bin/a']],
    ['A=1', []],
    ['', []],
  ])('%j', (command, expected) => expect(programsOf(command)).toEqual(expected))
})

describe('a crontab', () => {
  const shown = (text: string, owner: string | null) =>
    parseCrontab(text, owner).map((job) => `${job.line} ${job.schedule} | ${job.account} | ${job.programs.join(' ')}`)

  it('has a column for the account in system files', () => {
    const text =
      'SHELL=/bin/sh\nPASS = "s3cret"\n# c\n\n17 *\t* * *\troot\t cd / && x\n@reboot ada /bin/a%input\n*/5 1-4 * jan mon-fri www /bin/b \\% /c % /d\n'
    expect(shown(text, null)).toEqual([
      '5 17 * * * * | root | cd',
      '6 @reboot | ada | /bin/a',
      '7 */5 1-4 * jan mon-fri | www | /bin/b',
    ])
  })

  it('has none in those of users', () => {
    expect(shown('MAILTO=a\n0 0 * * * /bin/a x\n@daily /bin/b\n', 'ada')).toEqual([
      '2 0 0 * * * | ada | /bin/a',
      '3 @daily | ada | /bin/b',
    ])
  })

  it('loses lines without a command, as cron does', () => {
    expect(shown('* * * * *\n* * * * * root\n* * *\n@daily\n@daily root\nnonsense\n', null)).toEqual([])
  })

  it('of anacron has periods in days or as a word', () => {
    expect(
      parseAnacrontab(
        'START_HOURS_RANGE=3-22\n7 10 weekly nice run-parts /etc/cron.weekly\n@monthly 15 m /bin/m x\nx 1 y z\n1 5 only\n',
      ),
    ).toEqual([
      { line: 2, schedule: '@every 7d', account: 'root', programs: ['nice'] },
      { line: 3, schedule: '@monthly', account: 'root', programs: ['/bin/m'] },
    ])
  })
})

describe('a unit', () => {
  it('has sections, continued lines, comments and resets', () => {
    const settings = parseUnit(
      '[Timer]\n; c\nOnCalendar=daily\nOnCalendar=\nOnCalendar = *-*-* \\\n# in between\n  03:00\njunk\n[Service]\nExecStart=/bin/a\n',
    )
    expect(valuesOf(settings, 'Timer', 'OnCalendar')).toEqual([
      { section: 'Timer', key: 'OnCalendar', value: '*-*-*  03:00', line: 5 },
    ])
    expect(valuesOf(settings, 'Service', 'ExecStart').map((one) => one.value)).toEqual(['/bin/a'])
  })

  it.each([
    ['/bin/a --token x', '/bin/a', false],
    ['-@/bin/a argv0', '/bin/a', false],
    ['+/bin/a', '/bin/a', true],
    ['!!"/opt/my jobs/a" b', '/opt/my jobs/a', true],
    ['"never closed', '"never', false],
  ])('starts %j as %s', (value, program, asRoot) => expect(execProgram(value)).toEqual({ program, asRoot }))
})

it('names 50 programs of one line at most', () => {
  const command = Array.from({ length: 100_000 }, (_, n) => `/bin/p${n}`).join(';')
  expect(programsOf(command)).toHaveLength(50)
})

describe('hostile input', () => {
  const piece = fc.constantFrom(
    '* * * * *',
    '@daily',
    ' root ',
    ' ',
    '\n',
    '=',
    '"',
    "'",
    '`',
    '$(',
    ')',
    '\\',
    '%',
    ';',
    '&',
    '|',
    '#',
    '[',
    'A=1',
    '/bin/a',
    '\0',
    '{',
    '}',
    '>',
  )
  const text = fc.array(fc.oneof(piece, fc.string({ maxLength: 5 })), { maxLength: 50 }).map((all) => all.join(''))

  it('never throws', () => {
    fc.assert(
      fc.property(text, (given) => {
        for (const job of [...parseCrontab(given, null), ...parseCrontab(given, 'ada'), ...parseAnacrontab(given)]) {
          expect(job.programs.length).toBeGreaterThan(0)
        }
        for (const setting of parseUnit(given)) execProgram(setting.value)
      }),
      { numRuns: 500 },
    )
  })

  it.each(['a', '"', "'", '$(', '\\', ' ', '=', ';/', '`', '%', '{', '\n\\', '\0', '&>'])(
    '1 MB of %j takes no more than a moment',
    (part) => {
      const long = part.repeat(Math.ceil(1_000_000 / part.length))
      for (const given of [long, `* * * * * root ${long}`, `1 1 x ${long}`]) {
        parseCrontab(given, null)
        parseAnacrontab(given)
        parseUnit(given).map((setting) => execProgram(setting.value))
      }
    },
  )
})
