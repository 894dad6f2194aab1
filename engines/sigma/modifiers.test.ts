import { expect, it } from 'vitest'
import { holds, item, matches, problemIn, rule, soundPack } from './testing/rules.ts'

const b64 = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding).toString('base64')

const cases: [string, unknown, unknown, boolean][] = [
  // Plain values
  ['f', 'Value', 'vALUE', true],
  ['f', 'value', 'value2', false],
  ['f', 'ΑΣ', 'ας', true],
  // The micro sign is of Latin-1 and folds to a Greek letter; the sign for ångström and the kelvin fold into Latin-1.
  ['f', '5 µm', '5 µM', true],
  ['f', '5 µm', '5 \u039cm', true],
  ['f|endswith', 'µm', '5 µm', true],
  ['f|startswith', '\u03bcm', 'µM 5', true],
  ['f|contains', 'µm', '5 µM 6', true],
  ['f', 'Ångström', '\u212bngstr\u00d6m', true],
  ['f|contains', 'ström kelvin', 'xSTR\u00d6M \u212aELVINx', true],
  ['f|endswith', 'kelvin\\drink\\program.exe', 'C:\\x\u212aELVIN\\Drin\u212a\\PROGRAM.EXE', true],
  ['f|endswith', 'kelvin\\drink\\program.exe', 'C:\\xELVIN\\Drin\u212a\\PROGRAM.EXE', false],
  ['f|startswith', 'drink\\programs\\kelvin', 'Drin\u212a\\PROGRAMS\\\u212aelvin\\a.exe', true],
  ['f|startswith', ['abcdefgh', 'abcdXfghijkl', 'abcdefghijklm'], 'ABCDEFGHIJKLM', true],
  ['f|endswith', ['a', 'xxxxyyyyzzzz1'], 'b a', true],
  ['f', 'va*e', 'VaLLLe', true],
  ['f', 'a\\*b', 'a*b', true],
  ['f', 'a\\*b', 'axb', false],
  ['f', 'C:\\\\*\\\\x', 'c:\\any\\x', true],
  ['f', 4624, 4624, true],
  ['f', 4624, '4624', true],
  ['f', '4624', 4624, true],
  ['f', 4624, '04624', false],
  ['f', true, true, true],
  ['f', true, 'TRUE', true],
  ['f', false, true, false],
  ['f', ['a', 'b'], 'B', true],
  ['f', 'b', ['a', 'B'], true],
  ['f', 'a', { a: 1 }, false],
  ['f', '*', '', true],
  ['f', '*', null, false],
  // Null and empty
  ['f', '', '', true],
  ['f', '', null, false],
  ['f', '', undefined, false],
  ['f', null, null, true],
  ['f', null, undefined, true],
  ['f', null, '', false],
  ['f', null, [], false],
  ['f', [null, 'x'], undefined, true],
  ['f', [null, 'x'], 'X', true],
  ['f', [null, 'x'], 'y', false],
  // Position
  ['f|contains', 'bc', 'aBCd', true],
  ['f|contains', 'a*d', 'xabcdx', true],
  ['f|contains', 46, 'x4624', true],
  ['f|startswith', 'ab', 'ABc', true],
  ['f|startswith', 'ab', 'cab', false],
  ['f|endswith', '\\cmd.exe', 'C:\\CMD.EXE', true],
  ['f|endswith', 'ab', 'abc', false],
  ['f|contains|all', ['a', 'b'], 'xbxax', true],
  ['f|contains|all', ['a', 'b'], 'xax', false],
  ['f|all', ['*a*', '*b*'], 'ab', true],
  // A list of values: each of `all` by any element
  ['f|all', ['a', 'b'], ['b', 'a'], true],
  ['f|cased', 'Ab', 'Ab', true],
  ['f|cased', 'Ab', 'ab', false],
  ['f|contains|cased', 'Ab', 'xAbx', true],
  ['f|contains|cased', 'Ab', 'xabx', false],
  ['f|cased|startswith', 'Ab', 'Abc', true],
  ['f|neq', 'a', 'b', true],
  ['f|neq', 'a', 'A', false],
  ['f|neq', 'a', undefined, true],
  ['f|contains|neq', ['a', 'b'], 'xbx', false],
  ['f|neq', 5, 6, true],
  ['f|exists', true, '', true],
  ['f|exists', true, null, true],
  ['f|exists', true, { a: 1 }, true],
  ['f|exists', true, undefined, false],
  ['f|exists', false, undefined, true],
  ['f|exists', false, 'x', false],
  // Windash: every dash that begins a parameter
  ['f|windash|contains', ' -f ', 'x /F y', true],
  ['f|contains|windash', ' -f ', 'x \u2013f y', true],
  ['f|contains|windash', ' /f ', 'x \u2014f y', true],
  ['f|contains|windash', ' -f ', 'x \u2015f y', true],
  ['f|contains|windash', ' -f ', 'x +f y', false],
  ['f|windash', '-a -b', '/a \u2015b', true],
  ['f|windash', '-param-name', '/param-name', true],
  ['f|windash', '-param-name', '-param/name', false],
  ['f|windash|contains|all', ['-a', '-b'], '/b /a', true],
  // Encodings
  ['f|base64', 'foobar', 'Zm9vYmFy', true],
  ['f|base64|contains', 'foobar', `x${b64('foobar')}y`, true],
  ['f|base64offset|contains', 'foobar', b64('foobar!!'), true],
  ['f|base64offset|contains', 'foobar', b64('xfoobar!'), true],
  ['f|base64offset|contains', 'foobar', b64('xxfoobar'), true],
  ['f|base64offset|contains', 'ü€', b64('..ü€..'), true],
  ['f|base64offset|contains', 'foobar', b64('fooba'), false],
  ['f|wide|base64offset|contains', 'ping', b64('x ping y', 'utf16le'), true],
  ['f|utf16le|base64offset|contains', 'ping', b64('ping', 'utf16le'), true],
  ['f|utf16be|base64', 'hi', b64('\0h\0i', 'latin1'), true],
  ['f|utf16|base64', 'hi', b64('\xff\xfeh\0i\0', 'latin1'), true],
  ['f|wide|contains', 'cmd', 'x c\0m\0d\0', true],
  ['f|wide|base64', 'größe', b64('größe', 'utf16le'), true],
  // Expressions: found anywhere, case counts
  ['f|re', 'b+c', 'abbcd', true],
  ['f|re', 'B', 'abc', false],
  ['f|re|i', 'B', 'abc', true],
  // Case folds as Unicode says, in bounded expressions, too: the platform's `i` without `u` knows no kelvin.
  ['f|re|i', '^k', '\u212a', true],
  ['f|re|i', '^k', '\u212ak', true],
  ['f|re|i', '^k', 'Kk', true],
  ['f|re|i', '^\u212a', 'k', true],
  ['f|re|i', '^[k]{1,2}$', '\u212aK', true],
  ['f|re|i', 's$', '\u017f', true],
  ['f|re', '^k', '\u212a', false],
  ['f|re', '(?i)B', 'abc', true],
  ['f|re', '^b', 'a\nb', false],
  ['f|re|m', '^b', 'a\nb', true],
  ['f|re', 'a.b', 'a\nb', false],
  ['f|re|s', 'a.b', 'a\nb', true],
  ['f|re|i|m|s', '^A.B$', 'x\na\nb', true],
  ['f|re', '^[a-f0-9]{4}$', 'beef', true],
  ['f|re', ['x', 'y'], 'y', true],
  ['f|re|all', ['x', 'y'], 'yx', true],
  // Numbers
  ['f|lt', 5, 4.5, true],
  ['f|lt', 5, '5', false],
  ['f|lte', 5, '5', true],
  ['f|gt', 5, 6, true],
  ['f|gte', -1, '-1', true],
  ['f|gt', 5, 'six', false],
  ['f|gt', 5, '0x10', false],
  ['f|gte', 5, '', false],
  ['f|gte', 5, '1e3', true],
  // Parts of dates, as written
  ['f|minute', 7, '2026-05-04T21:07:33Z', true],
  ['f|hour', 21, '2026-05-04T21:07:33+02:00', true],
  ['f|hour|gte', 21, '2026-05-04 22:07', true],
  ['f|gte|hour', 21, '2026-05-04 20:59', false],
  ['f|day', 4, '2026-05-04', true],
  ['f|month', 5, '2026-05-04', true],
  ['f|year', 2026, '2026-05-04', true],
  ['f|week', 53, '2027-01-03', true],
  ['f|week', 1, '2027-01-04', true],
  ['f|week', 1, '2024-12-30', true],
  ['f|hour', 0, '2026-05-04', false],
  ['f|hour', 24, 'yesterday', false],
  // Networks
  ['f|cidr', '10.0.0.0/8', '10.1.2.3', true],
  ['f|cidr', ['192.0.2.0/24', '2001:db8::/32'], '2001:db8::5', true],
  ['f|cidr|neq', '10.0.0.0/8', '11.1.2.3', true],
  ['f|cidr', '10.0.0.0/8', '10.1.2.3 ', false],
]

it.each(cases)('%s: %j on %j: %s', (key, value, given, result) => {
  expect(holds(key, value, given === undefined ? { g: 1 } : { f: given })).toBe(result)
})

it.each([
  ['f|fieldref', 'g', { f: 'Same', g: 'same' }, true],
  ['f|fieldref', 'g', { f: 'same' }, false],
  ['f|fieldref|cased', 'g', { f: 'Same', g: 'same' }, false],
  ['f|fieldref|neq', 'g', { f: 'a', g: 'b' }, true],
  ['f|fieldref|startswith', 'g', { f: 'abc', g: 'AB' }, true],
  ['f|endswith|fieldref', 'g', { f: 'abc', g: 'bc' }, true],
  ['f|fieldref|contains', 'g', { f: 'abcd', g: 'bc' }, true],
  ['f|contains|fieldref', 'g', { f: 'abcd', g: 'x' }, false],
  ['f|fieldref', 'g', { f: 5, g: '5' }, true],
  ['f|fieldref', 'g', { f: 'a', g: ['b', 'A'] }, true],
  ['f|fieldref', 'g*', { f: 'a', g: 'a' }, null],
] as const)('%s: %s over %j: %s', (key, value, event, result) => {
  if (result === null) expect(problemIn(item(`${key}|cased`, 'a?b'))).toContain('plain name')
  else expect(holds(key, value, event)).toBe(result)
})

it('placeholders take their values, with wildcards, as text and in expressions', () => {
  const placeholders = { Servers: ['srv*', 'db1'], n: ['7'] }
  expect(holds('f|expand', '%Servers%', { f: 'SRV12' }, placeholders)).toBe(true)
  expect(holds('f|expand', '%Servers%', { f: 'DB1' }, placeholders)).toBe(true)
  expect(holds('f|expand', '\\%plain%n%', { f: '%plain7' }, placeholders)).toBe(true)
  expect(holds('f|expand|contains', 'x%n%', { f: 'ax7b' }, placeholders)).toBe(true)
  expect(holds('f', '%Servers%', { f: '%servers%' })).toBe(true)
})

it('a placeholder that nobody filled rejects the rule', () => {
  expect(problemIn(item('f|expand', '%Servers%'), {})).toBe(
    'rules.yml:6 unresolved: placeholder %Servers% has no value',
  )
  expect(problemIn(item('f|expand', '%constructor%'))).toContain('unresolved')
})

it.each([
  ['f|nonsense', 'a', 'modifier "nonsense" is not known'],
  ['f|contains|contains', 'a', 'given twice'],
  ['f|all', 'a', '"all" takes a list'],
  ['f|contains|re', 'a', '"re" takes values that nothing has changed'],
  ['f|base64|cidr', 'a', '"cidr" takes values'],
  ['f|cidr', 'nonet', 'is no network'],
  ['f|base64', 'a*b', 'wildcards'],
  ['f|wide', 'größe', 'UTF-16 of this value'],
  ['f|i', 'a', 'modifier "i" does not go with this kind of value'],
  ['f|lt', 'five', 'modifier "lt" does not go'],
  ['f|hour', 'noon', 'modifier "hour" does not go'],
  ['f|exists', 'yes', 'modifier "exists" does not go'],
  ['f|expand|exists', 'true', '"exists" stands alone'],
  ['f|windash', '-a -b -c -d -e -f', 'windash over more than'],
  ['f|contains', null, 'does not go'],
  ['f|re', '(?=x)', 'regular expression'],
  ['f|re', '(a)\\1', 'regular expression'],
  ['f|re', '(', 'regular expression'],
  ['f', [], 'empty list of values'],
  ['f', [['a']], 'neither text, number'],
  ['|startswith', ['a'], 'needs a field'],
  ['|exists', true, 'needs a field'],
])('%s: %j is refused', (key, value, reason) => {
  expect(problemIn(item(key, value))).toContain(reason)
})

it('numbers beyond 2^53 are compared as they are written', () => {
  const pack = soundPack(rule('  selection:\n    f: 9007199254740993\n  condition: selection'))
  expect(matches(pack, { f: '9007199254740993' })).toEqual(['r'])
  expect(matches(pack, { f: '9007199254740992' })).toEqual([])
})
