import { describe, expect, it } from 'vitest'
import { readRules } from '../difference/rule-set-difference.ts'
import { findRules } from './find.ts'
import { reportPage } from './report.ts'
import { listedRules } from './rule-identity.ts'

const at = new Date('2026-11-01T00:00:00Z')
const chain = {
  family: 'inet',
  table: 'fw',
  name: 'in',
  handle: 1,
  type: 'filter',
  hook: 'input',
  prio: 0,
  policy: 'drop',
}
const port = (right: unknown) => ({
  match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right },
})
const counter = (packets: number) => ({ counter: { packets, bytes: packets * 60 } })
const accept = { accept: null }
const udp = { match: { op: '==', left: { meta: { key: 'l4proto' } }, right: 'udp' } }
const rulesOf = (...exprs: readonly (readonly object[])[]) => ({
  nftables: [
    { table: { family: 'inet', name: 'fw', handle: 1 } },
    { chain },
    ...exprs.map((expr, i) => ({ rule: { family: 'inet', table: 'fw', chain: 'in', handle: 10 + i, expr } })),
  ],
})
const textOf = (...rules: readonly string[]) =>
  [
    'table inet fw {',
    '\tchain in {',
    '\t\ttype filter hook input priority filter; policy drop;',
    ...rules.map((rule) => `\t\t${rule}`),
    '\t}',
    '}',
    '',
  ].join('\n')

const json = rulesOf(
  [port({ range: [22, 23] }), counter(7), accept],
  [port(22), counter(0), accept],
  [port(80), counter(0), accept],
  [udp, accept],
)
const text = textOf(
  'tcp dport 22-23 counter packets 7 bytes 420 accept',
  'tcp dport 22 counter packets 0 bytes 0 accept',
  'tcp dport 80 counter packets 0 bytes 0 accept',
  'meta l4proto udp accept',
)
const listed = listedRules(json, text)
const [first, second, third, last] = listed

describe('a rule', () => {
  it('keeps its identity when it is counted or reloaded, and when others go before it', () => {
    const later = listedRules(
      rulesOf(
        [port({ range: [22, 23] }), counter(9), accept],
        [port(22), counter(0), accept],
        [port(80), counter(3), accept],
      ),
      '',
    )
    expect(later.map(({ identity }) => identity)).toEqual([first, second, third].map((rule) => rule?.identity))
    const alone = listedRules(rulesOf([port(80), counter(0), accept]), '')
    expect(alone[0]?.identity).toBe(third?.identity)
  })

  it('has another identity than its twin, and than itself with another meaning', () => {
    expect(new Set(listed.map(({ identity }) => identity)).size).toBe(listed.length)
    expect(listedRules(rulesOf([port(81), accept]), '')[0]?.identity).not.toBe(third?.identity)
  })

  it('is shown as nft writes it, without what was counted', () => {
    expect(listed.map((rule) => rule.text)).toEqual([
      'tcp dport 22-23 counter accept',
      'tcp dport 22 counter accept',
      'tcp dport 80 counter accept',
      'meta l4proto udp accept',
    ])
  })
})

describe('what a review begins with', () => {
  const day = 86_400_000
  const window = (days: number, packets: number) => ({ since: new Date(at.getTime() - days * day), until: at, packets })
  const notes = new Map([
    [first?.identity ?? '', { owner: 'anna', reason: 'SSH', ticket: null, expiresOn: null }],
    [third?.identity ?? '', { owner: 'bert', reason: 'web', ticket: 'T-1', expiresOn: '2026-10-31' }],
  ])
  const find = (windows: ReadonlyMap<string, ReturnType<typeof window>>) =>
    findRules(readRules({ json, text }), listed, windows, notes, at)

  it('names what is dead by proof, and by which rules', () => {
    const [live, dead] = find(new Map())
    expect(live).toMatchObject({ state: 'live', flags: [], proposal: 'keep' })
    expect(dead).toMatchObject({ state: 'shadowed', by: ['inet fw/in#0'], proposal: 'remove' })
    expect(dead?.flags).toContain('dead')
  })

  it('proposes to keep what only one other rule makes needless: both together would be missed', () => {
    const twins = rulesOf([port(22), accept], [port(22), accept])
    const found = findRules(readRules({ json: twins, text: '' }), listedRules(twins, ''), new Map(), new Map(), at)
    expect(found.map(({ state, proposal }) => [state, proposal])).toEqual([
      ['redundant', 'keep'],
      ['shadowed', 'remove'],
    ])
  })

  it('calls a rule never hit only where it was counted without a break for long enough', () => {
    const hit = (days: number, packets: number) =>
      find(new Map([[third?.identity ?? '', window(days, packets)]]))[2]?.flags
    expect(hit(100, 0)).toContain('never_hit')
    expect(hit(100, 1)).not.toContain('never_hit')
    expect(hit(30, 0)).not.toContain('never_hit')
    expect(find(new Map())[2]?.flags).not.toContain('never_hit')
  })

  it('names what is expired, ownerless, uncounted, or lets in everybody to everything', () => {
    const found = find(new Map())
    expect(found[2]?.flags).toEqual(['expired'])
    expect(found[3]).toMatchObject({ flags: ['uncounted', 'ownerless', 'broad'], proposal: 'narrow' })
    expect(last?.packets).toBeNull()
  })

  it('is printed with every rule, its decision, and what the browser must not run', () => {
    const rules = find(new Map()).map((rule) => ({ ...rule, text: `${rule.text} <script>` }))
    const decisions = [
      { rule: rules[0]?.rule ?? '', decision: 'keep' as const, reason: 'needed', by: 'cara', at: at.toISOString() },
    ]
    const head = {
      id: '6f1c2a34-0000-4000-8000-000000000000',
      host: 'gw-1',
      digest: 'a'.repeat(64),
      openedBy: 'cara',
      openedAt: at.toISOString(),
    }
    const page = reportPage(
      { ...head, rules, decisions, text: null, closedBy: null, closedAt: null },
      { before: text, after: null },
      'de',
    )
    expect(page).toContain('behalten: needed (cara')
    expect(page.match(/offen/g)).toHaveLength(3)
    expect(page).not.toContain('<script>')
  })
})
