import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseV4, type Range } from './address.ts'
import { exists } from './bdd-queries.ts'
import type { Formula, RuleSet } from './ir.ts'
import { PacketSpace } from './packet-fields.ts'
import { readIptablesSave } from './read-iptables-save.ts'
import { type ServiceMatrix, serviceMatrix } from './service-matrix.ts'
import { Analysis } from './summary.ts'

const ARCHIVE = fileURLToPath(new URL('../../../shared/data/network/iptables-semantics.tgz', import.meta.url))
const unpacked = (name: string): string =>
  execFileSync('tar', ['-xzOf', ARCHIVE, name], { maxBuffer: 1 << 26, encoding: 'latin1' })

/** The abstraction of the verified tool: interfaces and TCP flags are not looked at. */
function blind(f: Formula): Formula {
  if (f.op === 'interface' || f.op === 'flags') return { op: 'opaque', key: 'not looked at', stateful: true }
  if (f.op === 'not') return { op: 'not', of: blind(f.of) }
  return f.op === 'and' || f.op === 'or' ? { op: f.op, of: f.of.map(blind) } : f
}

function blindRules(rules: RuleSet): RuleSet {
  const chains = [...rules.chains].map(([key, chain]) => {
    const blinded = chain.rules.map((rule) => ({
      ...rule,
      branches: rule.branches.map((b) => ({ ...b, match: blind(b.match) })),
    }))
    return [key, { ...chain, rules: blinded }] as const
  })
  return { ...rules, chains: new Map(chains) }
}

function matrixOf(rules: RuleSet, chain: string, port: number): ServiceMatrix {
  const space = new PacketSpace('ip4', [])
  const analysis = new Analysis(space, blindRules(rules))
  const { mayAccept } = analysis.base(analysis.chain(chain))
  const only = (field: 'proto' | 'sport' | 'dport' | 'ctState' | 'fragment', value: number) =>
    space.inRanges(field, [{ lo: value, hi: value }])
  const service = space.bdd.all([
    only('proto', 6),
    only('sport', 10_000),
    only('dport', port),
    only('ctState', 0),
    only('fragment', 0),
  ])
  const may = exists(space.bdd, space.bdd.and(mayAccept, service), (level) => level >= space.opaqueLevel)
  return serviceMatrix(space, may)
}

/** A matrix by what it says: classes as text in order, edges by these texts. */
function canonical({ classes, edges }: ServiceMatrix) {
  const names = classes.map((c) => c.map((r) => `${r.lo}-${r.hi}`).join(','))
  return { classes: [...names].sort(), edges: edges.map(([from, to]) => `${names[from]} > ${names[to]}`).sort() }
}

/** The printed matrix of the tool for one port. */
function golden(text: string, port: number): ServiceMatrix {
  const section = text.split(`=========== TCP port 10000->${port} =========\n`)[1]?.split('===========')[0] ?? ''
  const names: string[] = []
  const classes: Range[][] = []
  const edges: [number, number][] = []
  for (const line of section.split('\n')) {
    const nodes = /^(\w+) \|-> (.*)$/.exec(line)
    const edge = /^\((\w+),(\w+)\)$/.exec(line)
    if (nodes !== null) {
      names.push(nodes[1] ?? '')
      classes.push(
        (nodes[2] ?? '')
          .split(' u ')
          .map(rangeOf)
          .sort((a, b) => Number(a.lo) - Number(b.lo)),
      )
    }
    if (edge !== null) edges.push([names.indexOf(edge[1] ?? ''), names.indexOf(edge[2] ?? '')])
  }
  return { classes, edges }
}

function rangeOf(text: string): Range {
  const [lo = '', hi = lo] = text.replaceAll(/[{}]/g, '').split(' .. ')
  return { lo: parseV4(lo.trim()) ?? -1, hi: parseV4(hi.trim()) ?? -1 }
}

describe.skipIf(!existsSync(ARCHIVE))('service matrices of a verified tool (needs ../shared/data)', () => {
  const name = 'i8_iptables-save-2015-05-15_15-23-41_cheating'
  let rules: RuleSet
  let printed: string

  beforeAll(() => {
    printed = unpacked(`./golden/${name}`)
    rules = readIptablesSave(unpacked(`./dumps/TUM_Net_Firewall_${name.slice(3)}`), 'ip4')
  })

  it.each([
    [22, 9, 47],
    [80, 12, 79],
  ])('are reproduced for the 4,813 rules: port %i in %i classes and %i edges', (port, classes, edges) => {
    const mine = matrixOf(rules, 'ip filter/FORWARD', port)
    expect(canonical(mine)).toEqual(canonical(golden(printed, port)))
    expect([mine.classes.length, mine.edges.length]).toEqual([classes, edges])
  })

  it('are reproduced for the medium-sized company: ssh in 5 classes and 7 edges', () => {
    const company = readIptablesSave(unpacked('./dumps/medium-sized-company_iptables-save'), 'ip4')
    const { classes, edges } = matrixOf(company, 'ip filter/FORWARD', 22)
    expect([classes.length, edges.length]).toEqual([5, 7])
  })
})
