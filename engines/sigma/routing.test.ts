import { expect, it } from 'vitest'
import type { EventSource } from './ir.ts'
import { packFromText, packToText } from './pack-text.ts'
import { ECS } from './pipelines/ecs.ts'
import { OCSF } from './pipelines/ocsf.ts'
import { OWN } from './pipelines/own.ts'
import { SYSMON_EVTX, SYSMON_FLAT } from './pipelines/sysmon.ts'
import { matches, packOf, problemIn, rule, soundPack } from './testing/rules.ts'

const start = (id: string, source: string, detection: string) =>
  `title: ${id}\nid: ${id}\nname: n_${id}\nlogsource: ${source}\ndetection: { s: ${detection}, condition: s }\n`

it('a rule meets the events whose source has all that it names', () => {
  const pack = soundPack(
    [
      start('p', '{ product: Linux }', '{ a: 1 }'),
      start('ps', '{ product: linux, service: sshd }', '{ a: 1 }'),
      start('c', '{ category: process_creation }', '{ a: 1 }'),
    ].join('---\n'),
  )
  const of = (source: EventSource) => matches(pack, { a: 1 }, source)
  expect(of({ product: 'linux' })).toEqual(['p'])
  expect(of({ product: 'linux', service: 'SSHD' })).toEqual(['p', 'ps'])
  expect(of({ product: 'windows', category: 'process_creation' })).toEqual(['c'])
  expect(of({ category: 'other', also: ['process_creation'] })).toEqual(['c'])
  expect(of({})).toEqual([])
})

const PROCESS = start(
  'r',
  '{ product: windows, category: process_creation }',
  "{ Image|endswith: '\\\\x.exe', CommandLine|contains: evil }",
)

it.each([
  [
    'flat Sysmon',
    SYSMON_FLAT,
    { Channel: 'Microsoft-Windows-Sysmon/Operational', EventID: 1, Image: 'C:\\X.exe', CommandLine: 'EVIL' },
  ],
  [
    'nested Sysmon',
    SYSMON_EVTX,
    {
      Event: {
        System: { Channel: 'Microsoft-Windows-Sysmon/Operational', EventID: '1' },
        EventData: { Image: 'C:\\X.exe', CommandLine: 'EVIL' },
      },
    },
  ],
])('%s says its category itself', (_name, pipeline, event) => {
  expect(
    matches(soundPack(PROCESS, {}, pipeline), event, {
      product: 'windows',
      service: 'sysmon',
      category: 'process_creation',
    }),
  ).toEqual(['r'])
})

it.each([
  ['ECS', ECS, { process: { executable: 'C:\\x.exe', command_line: 'evil' } }],
  ['ECS with dotted names', ECS, { 'process.executable': 'C:\\x.exe', 'process.command_line': 'evil' }],
  ['OCSF', OCSF, { process: { file: { path: 'C:\\x.exe' }, cmd_line: 'evil' } }],
  ['own', OWN, { Image: 'C:\\x.exe', CommandLine: 'evil' }],
])('%s names the fields of a process', (_name, pipeline, event) => {
  expect(
    matches(soundPack(PROCESS, {}, pipeline), event, { product: 'windows', category: 'process_creation' }),
  ).toEqual(['r'])
})

it.each([
  [
    'ECS',
    ECS,
    { http: { request: { method: 'GET' }, response: { status_code: 404 } }, url: { original: '/etc/passwd?x' } },
  ],
  [
    'OCSF',
    OCSF,
    { http_request: { http_method: 'GET', url: { url_string: '/etc/passwd?x' } }, http_response: { code: 404 } },
  ],
  ['nginx as JSON', OWN, { request_method: 'GET', request_uri: '/etc/passwd?x', status: '404' }],
  ['Suricata', OWN, { http: { http_method: 'GET', url: '/etc/passwd?x', status: 404 } }],
])('%s names the fields of a web request', (_name, pipeline, event) => {
  const text = start(
    'r',
    '{ category: webserver }',
    '{ cs-method: get, cs-uri-query|contains: /etc/passwd, sc-status: 404 }',
  )
  expect(matches(soundPack(text, {}, pipeline), event, { category: 'webserver' })).toEqual(['r'])
})

const filter = (body: string, id = 'f') => `title: ${id}\nid: ${id}\nlogsource: { product: test }\nfilter:\n${body}\n`
const two = `${rule('  s:\n    a: 1\n  condition: s', 'one')}---\n${rule('  s:\n    a: 1\n  condition: s', 'two')}---\n`

it.each(['selection', 'not selection'])(
  'a filter with the condition "%s" takes out what it selects, of the rules that it names',
  (condition) => {
    const pack = soundPack(
      `${two}${filter(`  rules: [one]\n  selection:\n    User|startswith: adm_\n  condition: ${condition}`)}`,
    )
    expect(matches(pack, { a: 1, User: 'ADM_x' })).toEqual(['two'])
    expect(matches(pack, { a: 1, User: 'x' })).toEqual(['one', 'two'])
    expect(pack.rules[0]).toMatchObject({ filters: ['f'] })
  },
)

it('a filter for any rule meets all of its log source, and the filters of a rule add up', () => {
  const pack = soundPack(
    `${two}${filter('  rules: any\n  selection:\n    h: x\n  condition: selection')}---\n${filter('  rules: two\n  selection:\n    h: y\n  condition: selection', 'g')}`,
  )
  expect(matches(pack, { a: 1, h: 'x' })).toEqual([])
  expect(matches(pack, { a: 1, h: 'y' })).toEqual(['one'])
})

it.each([
  ['  selection:\n    a: 1\n  condition: selection', 'names its rules'],
  ['  rules: []\n  selection:\n    a: 1\n  condition: selection', 'names its rules'],
  ['  rules: [nobody]\n  selection:\n    a: 1\n  condition: selection', 'unresolved: the filter meets no rule'],
  ['  rules: any\n  selection:\n    a: 1', 'one condition'],
])('the filter %j is a problem', (body, reason) => {
  expect(problemIn(`${two}${filter(body)}`)).toContain(reason)
})

it('a compiled pack is read back for the same rules only', () => {
  const pack = packOf(two)
  const text = packToText(pack)
  expect(packFromText(text, pack.hash)).toEqual(pack)
  expect(() => packFromText(text, 'other')).toThrow(expect.objectContaining({ code: 'stale' }))
  expect(() => packFromText('{', pack.hash)).toThrow(expect.objectContaining({ code: 'malformed' }))
  expect(() => packFromText(text.replace('"version":1', '"version":0'), pack.hash)).toThrow(
    expect.objectContaining({ code: 'stale' }),
  )
})
