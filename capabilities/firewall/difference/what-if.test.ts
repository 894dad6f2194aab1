import { beforeEach, describe, expect, it } from 'vitest'
import { rehearse } from '../../../host/firewall/rehearse.ts'
import type { NftRules } from '../../../kernel/act/firewall-desk.ts'
import { changedLines } from './changed-lines.ts'
import { ruleSetDifference } from './rule-set-difference.ts'
import { WhatIf } from './what-if.ts'

const rules = (...lines: readonly string[]): string =>
  [
    'table inet fw {',
    '\tset web {',
    '\t\ttype inet_service',
    '\t\telements = { 80, 443 }',
    '\t}',
    '\tchain input {',
    '\t\ttype filter hook input priority filter; policy drop;',
    ...lines.map((line) => `\t\t${line}`),
    '\t}',
    '}',
    '',
  ].join('\n')
const OLD = [
  'ct state established,related accept',
  'iifname "eth0" ip saddr 10.0.0.0/8 tcp dport 22 accept',
  'tcp dport @web accept',
  'udp dport 53 drop',
]

describe('changed lines', () => {
  it('are found with their chain and place, and a skeleton that holds sets and chains and nothing but them', () => {
    const now = [...OLD.slice(0, 2), 'tcp dport 8080 accept', ...OLD.slice(2)]
    expect(changedLines(rules(...OLD), rules(...now))).toMatchObject({ chain: 'inet fw/input', at: 2, removed: 0 })
    const { skeleton = '' } = changedLines(rules(...OLD), rules(...now)) ?? {}
    expect(skeleton).toContain('elements = { 80, 443 }')
    expect(skeleton).toContain('8080')
    expect(skeleton).not.toContain('udp')
  })

  it.each([
    ['a policy', (text: string) => text.replace('policy drop', 'policy accept')],
    ['a set', (text: string) => text.replace('80, 443', '80')],
    ['two chains', (text: string) => `${text}${text.replace('inet', 'ip')}`],
    ['nothing', (text: string) => text],
    ['a brace', (text: string) => text.slice(0, -3)],
  ])('are none where %s changes', (_what, change) => {
    expect(changedLines(rules(...OLD), change(rules(...OLD)))).toBeNull()
  })
})

describe('a small change', () => {
  beforeEach(({ skip }) => skip(process.getuid?.() !== 0, 'needs root'))

  it.each([
    ['a rule more', [...OLD.slice(0, 2), 'tcp dport 8080 accept', ...OLD.slice(2)]],
    ['a rule more at the end', [...OLD, 'tcp dport 9 accept']],
    ['a rule more at the beginning', ['ip saddr 192.0.2.1 drop', ...OLD]],
    ['a rule less', [...OLD.slice(0, 1), ...OLD.slice(2)]],
    ['two rules for one', [...OLD.slice(0, 2), 'tcp dport 80 accept', 'tcp dport 81 accept', ...OLD.slice(3)]],
    ['one rule for another', [...OLD.slice(0, 1), 'ip saddr 10.0.0.0/9 tcp dport 22 accept', ...OLD.slice(2)]],
    ['a rule that nobody can evaluate', [...OLD, 'meta skuid 0 tcp dport 7 accept']],
  ])('has the same difference as both rule sets compared as a whole: %s', async (_what, lines) => {
    const base: NftRules = await rehearse(rules(...OLD))
    const whatIf = new WhatIf(base)
    const text = base.text.split('\n')
    const before = text.findIndex((line) => line.includes('policy drop'))
    const typed = [
      ...text.slice(0, before + 1),
      ...lines.map((line) => `\t\t${line}`),
      ...text.slice(before + 1 + OLD.length),
    ].join('\n')
    const changed = whatIf.changed(typed)
    expect(changed).not.toBeNull()
    if (changed === null) return
    const small = whatIf.small(changed, await rehearse(changed.skeleton))
    const whole = await rehearse(typed)
    const expected = ruleSetDifference(whatIf.rules, new WhatIf(whole).rules)
    const { blindSpots: _a, ...rest } = expected
    expect(small).toMatchObject(rest)
    expect(whatIf.small(changed, await rehearse(changed.skeleton))).toEqual(small)
  })
})
