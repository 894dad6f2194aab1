import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BergfriedError } from '../../kernel/errors.ts'
import { type MemoryEntry, memoryTransport } from '../../kernel/testing/memory-transport.ts'
import { criteriaText, readSshdConfig } from './sshd-config.ts'
import { connectionFor, matchesList, matchesPattern } from './sshd-match.ts'
import { differing, parseSshdOutput } from './sshd-output.ts'
import { sshdWords } from './sshd-words.ts'

const read = (files: Record<string, MemoryEntry>) => readSshdConfig(memoryTransport({ files }))
const shown = async (files: Record<string, MemoryEntry>) =>
  (await read(files))?.map(
    (block) =>
      `[${criteriaText(block.criteria)}] ${block.settings.map((one) => `${one.keyword}=${one.words.join('|')}`).join(' ')}`,
  )

describe('words', () => {
  it.each([
    ['a b\tc', ['a', 'b', 'c']],
    ['"a b" \'c "d\' e\\ f', ['a b', 'c "d', 'e f']],
    ['a"b c"d \\"x\\" \\\\', ['ab cd', '"x"', '\\']],
    ['a # comment', ['a']],
    ['a#b ""', ['a#b', '']],
  ])('%j', (text, expected) => expect(sshdWords(text)).toEqual(expected))

  it('are none where a quote is open', () => expect(sshdWords('a "b')).toBeNull())
})

describe('sshd_config', () => {
  it('is everybody and one block per Match', async () => {
    const config =
      'Port=22\nportS = 23\n  # c\nMatch User git,!root Address "10.0.0.0/8"\n X11Forwarding no\nmatch all\nBanner none # x\n'
    expect(await shown({ '/etc/ssh/sshd_config': config })).toEqual([
      '[] port=22 ports=23',
      '[user git,!root address 10.0.0.0/8] x11forwarding=no',
      '[all] banner=none',
    ])
  })

  it('follows includes by pattern, beside itself, and inside a block', async () => {
    expect(
      await shown({
        '/etc/ssh/sshd_config': 'Include d/*.conf /abs/[a-b]?.c\nA 1\nMatch User=git\nInclude inner\nB 2\n',
        '/etc/ssh/d/2.conf': 'D 2\nMatch Group g\nE 1\n',
        '/etc/ssh/d/1.conf': 'D 1\n',
        '/etc/ssh/d/.hidden.conf': 'NO 1\n',
        '/etc/ssh/d/x.txt': 'NO 1\n',
        '/abs/a1.c': 'F 1\n',
        '/abs/c1.c': 'NO 1\n',
        '/etc/ssh/inner': 'I 1\nMatch Host h\nJ 1\n',
      }),
    ).toEqual([
      // A Match in an included file ends with it: what follows the include is for everybody again.
      '[] d=1 d=2 f=1 a=1',
      '[group g] e=1',
      '[user git] i=1 b=2',
      '[user git host h] j=1',
    ])
  })

  it('is null where there is none', async () => expect(await read({})).toBeNull())

  it.each([
    ['an open quote', { '/etc/ssh/sshd_config': 'A 1\nBanner "x\n' }, 2],
    ['Match without a condition', { '/etc/ssh/sshd_config': 'Match\n' }, 1],
    ['a condition without a pattern', { '/etc/ssh/sshd_config': 'Match User\n' }, 1],
    ['a NUL', { '/etc/ssh/sshd_config': 'A 1\n\n\0\n' }, 3],
    ['an include of itself', { '/etc/ssh/sshd_config': 'Include sshd_config\n' }, 1],
  ])('with %s is refused', async (_what, files, line) => {
    await expect(read(files)).rejects.toMatchObject({ code: 'collect.parse', detail: { line } })
  })

  it('does not open a thousand includes', async () => {
    const doubling = Object.fromEntries(
      Array.from({ length: 15 }, (_, n) => [`/etc/ssh/f${n}`, `Include f${n + 1} f${n + 1} f${n + 1}\n`]),
    )
    await expect(
      read({ '/etc/ssh/sshd_config': 'Include f0\n', ...doubling, '/etc/ssh/f15': '' }),
    ).rejects.toMatchObject({ code: 'collect.too_large' })
  })
})

describe('patterns', () => {
  it.each([
    ['git', 'git', true],
    ['git', 'g?t', true],
    ['git', 'g*', true],
    ['git', '*', true],
    ['', '*', true],
    ['git', 'gi', false],
    ['git', '?', false],
    ['git', '', false],
    ['axbxc', 'a*b*c', true],
    ['a'.repeat(60), `${'a*'.repeat(30)}b`, false],
  ])('%j fits %j: %s', (text, pattern, expected) => expect(matchesPattern(text, pattern)).toBe(expected))

  it('of a list: one must fit and no negated one may', () => {
    expect(matchesList('git', '*,!git')).toBe(false)
    expect(matchesList('ada', '*,!git')).toBe(true)
    expect(matchesList('ada', '!git')).toBe(false)
    expect(matchesList('WEB', 'web', true)).toBe(true)
  })
})

describe('a connection for', () => {
  const known = {
    accounts: ['root', 'ada', 'ops-1'],
    groupsOf: (name: string) => (name === 'ada' ? ['ada', 'sftp'] : [name]),
  }
  const ask = (text: string) => {
    const words = text.split(' ')
    const criteria = words.flatMap((name, at) => (at % 2 === 0 ? [{ name, pattern: words[at + 1] ?? '' }] : []))
    return connectionFor(criteria, known)
  }

  it.each([
    ['user git,ada', { user: 'git' }],
    ['user ops-*', { user: 'ops-x' }],
    ['user *,!x', { user: 'root' }],
    ['group sftp', { user: 'ada' }],
    ['user * group sftp,!root', { user: 'ada' }],
    ['address 10.0.0.0/8,192.168.0.0/16', { addr: '10.0.0.0' }],
    ['address 192.168.1.*', { addr: '192.168.1.1' }],
    ['address *,!10.0.0.0/8', { addr: '192.0.2.1' }],
    ['address 2001:db8::/32', { addr: '2001:db8::' }],
    ['localaddress 10.1.2.3 localport 2222', { laddr: '10.1.2.3', lport: '2222' }],
    ['host *.Example.com', { host: 'x.Example.com' }],
    ['user git rdomain vrf1', { user: 'git', rdomain: 'vrf1' }],
    ['all ', {}],
    ['user !root', null],
    ['group nobody-is-in-it', null],
    ['address !10.0.0.0/8', null],
    ['address 10.0.0.0/8,!10.0.0.0/7', null],
    ['rdomain v*', null],
    ['user a=b', null],
    ['version OpenSSH_*', null],
    ['localport 22 localport 23', null],
  ])('%s is %j', (text, expected) => expect(ask(text)).toEqual(expected))
})

describe('the output of sshd -T', () => {
  it('keeps repeated keywords and drops what may be secret', () => {
    const values = parseSshdOutput(
      'port 22\nacceptenv LANG\nacceptenv LC_*\nsetenv A=s3cret B=other\nforcecommand /bin/x --token t0ken\nbanner\n',
    )
    expect([...values]).toEqual([
      ['port', ['22']],
      ['acceptenv', ['LANG', 'LC_*']],
      ['setenv', ['A', 'B']],
      ['forcecommand', ['/bin/x']],
      ['banner', ['']],
    ])
    expect([
      ...differing(
        values,
        parseSshdOutput('port 22\nacceptenv LANG\nsetenv A=1 B=2\nbanner\nforcecommand none\n'),
      ).keys(),
    ]).toEqual(['acceptenv', 'forcecommand'])
  })
})

describe('hostile input', () => {
  const piece = fc.constantFrom(
    'Match',
    'User',
    'git',
    ' ',
    '=',
    '"',
    "'",
    '\\',
    '\n',
    'Include',
    '*',
    '[',
    ']',
    '/etc/ssh/sshd_config',
    '!',
    ',',
    '#',
    '\0',
    'all',
    'x',
    'Address',
    '10.0.0.0/8',
    '[!a-',
    '?',
  )
  const text = fc.array(fc.oneof(piece, fc.string({ maxLength: 5 })), { maxLength: 50 }).map((all) => all.join(''))

  it('ends in blocks or in a typed error, and in a connection that fits or none', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (given) => {
        try {
          for (const block of (await read({ '/etc/ssh/sshd_config': given, '/etc/ssh/x': given })) ?? []) {
            const spec = connectionFor(block.criteria, { accounts: ['a'], groupsOf: () => ['g'] })
            if (spec?.['user'] !== undefined) {
              const users = block.criteria.filter((one) => one.name === 'user')
              expect(users.every((one) => matchesList(spec['user'] ?? '', one.pattern))).toBe(true)
            }
          }
        } catch (error) {
          expect(error).toBeInstanceOf(BergfriedError)
        }
        parseSshdOutput(given)
      }),
      { numRuns: 500 },
    )
  })

  it.each(['a', '"', '\\', ' ', 'Match User ', '*', 'a=', '[', ',', '\0', '\n=', '!a,'])(
    '1 MB of %j takes no more than a moment',
    async (part) => {
      const long = part.repeat(Math.ceil(1_000_000 / part.length))
      for (const given of [long, `Match User ${long}`, `Banner ${long}`, `Match Address ${long}`]) {
        try {
          await read({ '/etc/ssh/sshd_config': given })
        } catch (error) {
          expect(error).toBeInstanceOf(BergfriedError)
        }
        parseSshdOutput(given)
      }
    },
  )
})
