import type { Range } from '../../engines/packetspace/address.ts'
import { prefixRange } from '../../engines/packetspace/address.ts'
import type { Chain, Formula, Rule, RuleSet } from '../../engines/packetspace/ir.ts'

/** Numbers that repeat with the seed (mulberry32), in [0, 1). */
export function numbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

type Random = () => number
const below = (random: Random, n: number): number => Math.floor(random() * n)
const pick = <T>(random: Random, list: readonly T[]): T => list[below(random, list.length)] as T

/** Rules as one chain at `forward` that drops the rest. */
export function inChain(matches: readonly (readonly [Formula, 'accept' | 'drop'])[]): RuleSet {
  const key = 'inet bench/forward'
  const rules: Rule[] = matches.map(([match, kind], i) => ({
    id: `${key}#${i}`,
    text: '',
    branches: [{ match, action: { kind } }],
    effects: [],
  }))
  const base = { hook: 'forward', type: 'filter', priority: 0, policy: 'drop' } as const
  const chain: Chain = { key, families: ['ip4'], base, rules }
  return { chains: new Map([[key, chain]]), conntrack: true, blindSpots: [] }
}

const inside = (field: 'src4' | 'dst4' | 'sport' | 'dport' | 'proto', range: Range): Formula => ({
  op: 'in',
  field,
  ranges: [range],
})
const one = (n: number): Range => ({ lo: n, hi: n })

/**
 * What companies have: services by well-known ports between hosts and subnets of a few sites, mostly allow, a few drops. Rules draw from a
 * stock of objects, one host for fifteen rules and one subnet for 250; nine of ten name a host as their target.
 */
export function realistic(count: number, seed: number): RuleSet {
  const random = numbers(seed)
  const ports = [22, 25, 53, 80, 123, 389, 443, 636, 993, 1433, 3306, 3389, 5432, 5671, 6379, 8080, 8443, 9090, 9200]
  const sites = Array.from({ length: 24 }, () => 0x0a000000 + below(random, 256) * 65536)
  const anywhere = (): number => pick(random, sites) + below(random, 65536)
  const nets = Array.from({ length: 40 + Math.ceil(count / 250) }, () =>
    prefixRange(anywhere(), pick(random, [16, 20, 22, 24, 24, 24, 26, 28])),
  )
  const hosts = Array.from(
    { length: 100 + Math.ceil(count / 15) },
    () => Number(pick(random, nets).lo) + below(random, 256),
  )
  const host = (): number => pick(random, hosts)
  const net = (): Range => pick(random, nets)
  return inChain(
    Array.from({ length: count }, () => {
      const parts: Formula[] = [
        inside('dst4', random() < 0.9 ? one(host()) : net()),
        inside('src4', random() < 0.5 ? one(host()) : net()),
        inside('proto', one(random() < 0.85 ? 6 : 17)),
      ]
      if (random() < 0.95) {
        const port = pick(random, ports)
        parts.push(inside('dport', random() < 0.9 ? one(port) : { lo: port, hi: port + 1 + below(random, 9) }))
      }
      return [{ op: 'and', of: parts }, random() < 0.97 ? 'accept' : 'drop'] as const
    }),
  )
}

/**
 * In the manner of ClassBench: prefix lengths and port classes (any, well-known, high, one port, any range) drawn from distributions. `wild`
 * draws random ranges in all fields and verdicts by the coin: what makes decision diagrams grow most.
 */
export function classBench(count: number, seed: number, wild: boolean): RuleSet {
  const random = numbers(seed)
  const anchors = Array.from({ length: wild ? 4 * count : Math.ceil(count / 20) }, () => below(random, 2 ** 32))
  const prefix = (): Range => {
    const lengths = wild
      ? [0, 4, 8, 9, 11, 14, 16, 18, 21, 24, 27, 30, 32]
      : [0, 16, 24, 24, 24, 27, 28, 30, 32, 32, 32]
    return prefixRange(pick(random, anchors), pick(random, lengths))
  }
  const portRange = (): Range | undefined => {
    const kind = random()
    if (kind < 0.35) return undefined
    if (kind < 0.45) return { lo: 1024, hi: 65535 }
    if (kind < (wild ? 0.5 : 0.95))
      return one(pick(random, [20, 21, 22, 25, 53, 80, 110, 119, 123, 137, 161, 443, 1521, 1723]))
    const [a, b] = [below(random, 65536), below(random, 65536)]
    return { lo: Math.min(a, b), hi: Math.max(a, b) }
  }
  return inChain(
    Array.from({ length: count }, () => {
      const parts = [inside('dst4', prefix()), inside('src4', prefix())]
      const proto = random()
      if (proto < 0.9) parts.push(inside('proto', one(proto < 0.6 ? 6 : proto < 0.85 ? 17 : 1)))
      const [dport, sport] = [portRange(), wild ? portRange() : undefined]
      if (dport !== undefined) parts.push(inside('dport', dport))
      if (sport !== undefined) parts.push(inside('sport', sport))
      return [{ op: 'and', of: parts }, random() < (wild ? 0.5 : 0.7) ? 'accept' : 'drop'] as const
    }),
  )
}

/** "May this subnet reach this host on this port": what an intent asks. */
export function intents(count: number, seed: number, sites: 'realistic' | 'anywhere'): Formula[] {
  const random = numbers(seed)
  const address = (): number => (sites === 'anywhere' ? below(random, 2 ** 32) : 0x0a000000 + below(random, 2 ** 24))
  return Array.from({ length: count }, () => ({
    op: 'and' as const,
    of: [
      inside('src4', prefixRange(address(), pick(random, [16, 20, 24]))),
      inside('dst4', prefixRange(address(), pick(random, [20, 24, 28]))),
      inside('proto', one(6)),
      inside('dport', one(pick(random, [22, 80, 443, 5432]))),
      { op: 'in' as const, field: 'ctState' as const, ranges: [one(0)] },
    ],
  }))
}
