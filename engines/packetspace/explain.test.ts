import { describe, expect, it } from 'vitest'
import { parseNet } from './address.ts'
import { difference, residue } from './difference.ts'
import { formatBox } from './format-box.ts'
import { boundsOf } from './formula-bdd.ts'
import { ALWAYS, type Branch, type Chain, either, type Formula, type Rule } from './ir.ts'
import { formatPacket } from './packet.ts'
import { interfacesOf, PacketSpace } from './packet-fields.ts'
import { Prover } from './prover.ts'
import { readIptablesSave } from './read-iptables-save.ts'
import { reviewRules } from './review.ts'
import { Analysis } from './summary.ts'
import { net, tcp } from './testing/questions.ts'
import { randomNumbers, randomRuleSet } from './testing/random-rules.ts'
import { EMPTY } from './verdict-summary.ts'

const save = (rules: string) => readIptablesSave(`*filter\n:FORWARD DROP [0:0]\n${rules}\nCOMMIT\n`, 'ip4')
const before = save(`-A FORWARD -m limit --limit 5/min -j LOG
-A FORWARD -s 10.0.1.0/24 -d 10.0.2.0/24 -p tcp -m tcp --dport 5432 -j ACCEPT
-A FORWARD -m limit --limit 9/min -p udp -j ACCEPT`)
const after = save(`-A FORWARD -s 10.0.0.0/16 -d 10.0.2.0/24 -p tcp -m tcp --dport 5432 -j ACCEPT
-A FORWARD -m limit --limit 9/min -p udp -j ACCEPT`)
const labels = new Map([
  ['customer-data', [parseNet('10.0.2.0/24').range]],
  ['site', [parseNet('10.0.0.0/16').range]],
])

describe('explanations', () => {
  it('a change is a few labelled boxes with a packet, and a limit that stays is no change', () => {
    const space = new PacketSpace('ip4', interfacesOf(before, after))
    const { verdict, opened, closed } = difference(space, before, after, 'forward')
    expect([verdict, closed.boxes.boxes.length, opened.boxes.boxes.length]).toEqual(['different', 0, 1])
    expect(opened.boxes.boxes.map((b) => formatBox(space, b, labels))).toEqual([
      'from 10.0.0.0/24, 10.0.2.0-10.0.255.255 in site to customer-data (10.0.2.0/24) tcp dport 5432 not fragmented',
    ])
    expect(opened.witness === undefined ? '' : formatPacket(opened.witness)).toMatch(
      /^tcp 10\.0\.\d+\.\d+:\d+ -> 10\.0\.2\.0:5432 new syn in \* out \*$/,
    )
  })

  it('what no intent justifies is what is left of the accepted packets', () => {
    const space = new PacketSpace('ip4', interfacesOf(after))
    const { mayAccept } = new Analysis(space, after).hook('forward')
    const intents = boundsOf(space, either(net('dst', '10.0.2.0/25'), net('dst', '10.0.2.128/25'))).may
    const left = residue(space, mayAccept, intents)
    expect(left.boxes.boxes.map((b) => formatBox(space, b))[0]).toMatch(/^to 0\.0\.0\.0-10\.0\.1\.255, .* udp/)
    expect(left.because).toEqual([])
    expect(residue(space, mayAccept, boundsOf(space, either(net('dst', '0.0.0.0/0'))).may).boxes.boxes).toEqual([])
  })

  it('a review says why a rule does nothing and who takes its packets', () => {
    const rules = save(`:lost - [0:0]
-A lost -j ACCEPT
-A FORWARD -s 10.0.0.0/9 -j DROP
-A FORWARD -s 10.128.0.0/9 -j DROP
-A FORWARD -s 10.1.0.0/16 -j ACCEPT
-A FORWARD -p tcp -m tcp --tcp-flags SYN,ACK SYN -p udp -j ACCEPT
-A FORWARD -s 192.0.2.1/32 -j ACCEPT
-A FORWARD -s 192.0.2.0/24 -j ACCEPT
-A FORWARD -s 198.51.100.0/24 -j DROP`)
    const findings = reviewRules(new Analysis(new PacketSpace('ip4', interfacesOf(rules)), rules))
    expect(
      new Map(findings.map((f) => [f.rule.id, f.by.length > 0 ? `${f.state} by ${f.by.join()}` : f.state])),
    ).toEqual(
      new Map([
        ['ip filter/lost#0', 'unreachable'],
        ['ip filter/FORWARD#0', 'live'],
        ['ip filter/FORWARD#1', 'redundant'],
        ['ip filter/FORWARD#2', 'shadowed by ip filter/FORWARD#0'],
        ['ip filter/FORWARD#3', 'impossible'],
        ['ip filter/FORWARD#4', 'redundant'],
        ['ip filter/FORWARD#5', 'live'],
        ['ip filter/FORWARD#6', 'redundant'],
      ]),
    )
  })

  it('a chain that is called where a limit does not hold is no dead chain', () => {
    const limit: Formula = { op: 'opaque', key: 'limit', stateful: true }
    const branches: Branch[] = [
      { match: limit, action: { kind: 'drop' } },
      { match: { op: 'not', of: limit }, action: { kind: 'jump', chain: 'c' } },
    ]
    const rule = (id: string, of: Branch[]): Rule => ({ id, text: '', branches: of, effects: [] })
    const base = { hook: 'forward', type: 'filter', priority: 0, policy: 'drop' } as const
    const chains = new Map<string, Chain>([
      ['b', { key: 'b', families: ['ip4'], base, rules: [rule('b#0', branches)] }],
      ['c', { key: 'c', families: ['ip4'], rules: [rule('c#0', [{ match: ALWAYS, action: { kind: 'accept' } }])] }],
    ])
    const analysis = new Analysis(new PacketSpace('ip4', []), { chains, conntrack: true, blindSpots: [] })
    expect(reviewRules(analysis).map((f) => f.state)).toEqual(['live', 'live'])
  })

  it('a rule is tried out without touching the rest: the result is that of the changed rule set', () => {
    for (let seed = 0; seed < 40; seed++) {
      const rules = randomRuleSet(randomNumbers(seed), 9)
      const space = new PacketSpace('ip4', interfacesOf(rules))
      const analysis = new Analysis(space, rules)
      const chain = analysis.chain('f')
      const tree = analysis.tree('f')
      for (const index of [0, 4, 8]) {
        const fewer = { ...chain, rules: chain.rules.filter((_, i) => i !== index) }
        const changed = new Analysis(space, { ...rules, chains: new Map([...rules.chains, ['f', fewer]]) })
        expect(analysis.ended(chain, tree.whatIf(index, EMPTY))).toEqual(changed.base(fewer))
      }
    }
  })

  it('beyond the budget every question is answered from its slice', () => {
    const rules = save(
      Array.from(
        { length: 200 },
        (_, i) => `-A FORWARD -s 10.${i}.7.0/24 -d 10.9.${i}.8/32 -p tcp -m tcp --dport ${i + 1} -j ACCEPT`,
      ).join('\n'),
    )
    const prover = new Prover(rules, 'ip4', { budget: 3000 })
    const asked = (to: string): string => prover.reach('forward', tcp('10.7.7.0/24', to, 8)).verdict
    expect([asked('10.9.7.8'), asked('10.9.8.8'), prover.mode]).toEqual(['always', 'never', 'slice'])
    const everything: Formula = { op: 'true' }
    expect(() => prover.reach('forward', everything)).toThrow(expect.objectContaining({ code: 'budget' }))
  })

  it('a question cannot ask for what nobody can evaluate', () => {
    const opaque: Formula = { op: 'opaque', key: 'mark 1', stateful: false }
    expect(() => new Prover(before, 'ip4').reach('forward', opaque)).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    )
  })
})
