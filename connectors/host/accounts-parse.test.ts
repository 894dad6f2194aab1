import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BergfriedError } from '../../kernel/errors.ts'
import { NOBODY, parseGroup, parseLoginRange, parsePasswd, parseShadow } from './accounts-parse.ts'

const code = (work: () => unknown) => {
  try {
    work()
  } catch (error) {
    return error instanceof BergfriedError ? `${error.code} ${error.detail['line']}` : error
  }
  return 'fine'
}

describe('passwd', () => {
  it('keeps both of two lines with one name', () => {
    const users = parsePasswd('ada:x:1000:1000::/home/ada:/bin/bash\nada:x:0:0::/root:/bin/sh\n')
    expect(users.map((user) => [user.account, user.uid])).toEqual([
      ['ada', 1000],
      ['ada', 0],
    ])
  })

  it('skips comments and blank lines and reports NIS entries under their sign', () => {
    const users = parsePasswd('# local\n\n+ada::::::/bin/sh\n-bert\n+@admins::::::\n+\n')
    expect(users.map((user) => [user.account, user.uid])).toEqual([
      ['+ada', NOBODY],
      ['-bert', NOBODY],
      ['+@admins', NOBODY],
      ['+', NOBODY],
    ])
  })

  it.each([
    ['too few fields', 'root:x:0:0:root:/root\n', 1],
    ['too many fields', 'root:x:0:0:root:/root:/bin/sh:more\n', 1],
    ['no number', 'root:x:0:0::/:/bin/sh\nada:x:one:0::/:/bin/sh\n', 2],
    ['a negative number', 'ada:x:-1:0::/:/bin/sh\n', 1],
    ['a number beyond 32 bits', 'ada:x:4294967296:0::/:/bin/sh\n', 1],
    ['no name', ':x:0:0::/:/bin/sh\n', 1],
    ['a NUL', 'ada:x:1:1:\0:/:/bin/sh\n', 1],
  ])('refuses a line with %s and says which', (_what, text, line) => {
    expect(code(() => parsePasswd(text))).toBe(`collect.parse ${line}`)
  })
})

describe('group and shadow', () => {
  it('reads members and leaves out empty ones', () => {
    expect(parseGroup('sudo:x:27:ada,,bert\nempty:x:5:\n+\n')).toEqual([
      { groupName: 'sudo', gid: 27, members: ['ada', 'bert'] },
      { groupName: 'empty', gid: 5, members: [] },
      { groupName: '+', gid: NOBODY, members: [] },
    ])
  })

  it('takes empty and negative days as no limit', () => {
    const [entry] = parseShadow('ada:!:20000:0:-1:7:::\n')
    expect(entry).toMatchObject({ changedDay: 20000, maxDays: null, expiresDay: null })
  })

  it('names the line of a malformed entry, but never repeats it', () => {
    expect(code(() => parseShadow('root:!:1:2:3:4:5:6:\nada:$6$abc$SeCrEt:soon:0:9:7:::\n'))).toBe('collect.parse 2')
    try {
      parseShadow('ada:$6$abc$SeCrEt:soon\n')
    } catch (error) {
      expect(String(error)).not.toContain('SeCrEt')
    }
  })
})

it('reads the range of ordinary accounts in decimal, octal and hexadecimal', () => {
  expect(parseLoginRange('UID_MIN\t\t 500\nUID_MAX 0xffff\n# UID_MIN 1\nSYS_UID_MIN 3\n')).toEqual({
    uidMin: 500,
    uidMax: 65535,
  })
  expect(parseLoginRange('UID_MIN 01750\nUID_MAX lots\n')).toEqual({ uidMin: 1000, uidMax: 60000 })
})

describe('hostile input', () => {
  const field = fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('', 'x', '0', '1000', '-1', '+', '\0', ':', '#'))
  const text = fc
    .array(
      fc.array(field, { maxLength: 12 }).map((fields) => fields.join(':')),
      { maxLength: 20 },
    )
    .map((all) => all.join('\n'))

  it.each([parsePasswd, parseGroup, parseShadow, parseLoginRange])('%o ends in a result or a typed error', (parse) => {
    fc.assert(
      fc.property(text, (given) => {
        try {
          parse(given)
        } catch (error) {
          expect(error).toBeInstanceOf(BergfriedError)
        }
      }),
      { numRuns: 300 },
    )
  })

  it.each([':', 'x', '\0', ',', ' ', '+'])('1 MB of %j takes no more than a moment', (character) => {
    const given = `ada${character.repeat(1_000_000)}`
    for (const parse of [parsePasswd, parseGroup, parseShadow, parseLoginRange]) code(() => parse(given))
  })
})
