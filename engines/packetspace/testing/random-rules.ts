import type { Range } from '../address.ts'
import type { Action, Branch, Chain, Family, Formula, Hook, Rule, RuleSet, ValueField } from '../ir.ts'
import type { Packet } from '../packet.ts'

/** Numbers that repeat with the seed (mulberry32): `below(n)` is one of 0 to n - 1. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

const V4 = [0, 1, 0x0a000001, 0x0a0000ff, 0x0a000100, 0x0a00ffff, 0xc0a80101, 0xffffffff]
const V6 = [0n, 1n, 0x20010db8n << 96n, (0x20010db8n << 96n) + 5n, 0xfe80n << 112n, (1n << 128n) - 1n]
const PORTS = [0, 1, 22, 80, 443, 1023, 1024, 5432, 65535]
const PROTOS = [1, 6, 17, 47, 58]
const INTERFACES = ['eth0', 'eth1', 'wg0', 'lo']
const OPAQUE = ['mark 1', 'set a', 'uid 0']
type Random = (below: number) => number

const pick = <T>(random: Random, list: readonly T[]): T => list[random(list.length)] as T

function range(random: Random, values: readonly (number | bigint)[]): Range {
  const [a, b] = [pick(random, values), pick(random, values)]
  return a <= b ? { lo: a, hi: b } : { lo: b, hi: a }
}

function field(random: Random): Formula {
  const fields: readonly [ValueField, readonly (number | bigint)[]][] = [
    ['src4', V4],
    ['dst4', V4],
    ['src6', V6],
    ['dst6', V6],
    ['sport', PORTS],
    ['dport', PORTS],
    ['proto', PROTOS],
    ['icmpType', [0, 3, 8, 128]],
    ['icmpCode', [0, 1]],
    ['ctState', [0, 1, 2, 3, 4]],
    ['fragment', [0, 1]],
  ]
  const [name, values] = pick(random, fields)
  return { op: 'in', field: name, ranges: Array.from({ length: 1 + random(3) }, () => range(random, values)) }
}

function formula(random: Random, depth: number): Formula {
  const kind = random(depth === 0 ? 9 : 14)
  if (kind < 5) return field(random)
  if (kind === 5)
    return {
      op: 'interface',
      field: pick(random, ['iif', 'oif']),
      names: [pick(random, [...INTERFACES, 'eth*', 'e*'])],
    }
  if (kind === 6) return { op: 'flags', mask: pick(random, [2, 18, 23, 255]), equals: pick(random, [0, 2, 16, 18]) }
  if (kind === 7) return { op: 'opaque', key: pick(random, OPAQUE), stateful: random(3) === 0 }
  if (kind === 8) return { op: 'family', is: pick(random, ['ip4', 'ip6']) }
  if (kind < 11) return { op: 'and', of: [formula(random, depth - 1), formula(random, depth - 1)] }
  if (kind < 13) return { op: 'or', of: [formula(random, depth - 1), formula(random, depth - 1)] }
  return { op: 'not', of: formula(random, depth - 1) }
}

function action(random: Random, below: readonly string[]): Action {
  const kind = random(12)
  if (kind < 4) return { kind: 'accept' }
  if (kind < 7) return { kind: 'drop' }
  if (kind === 7) return { kind: 'return' }
  if (kind === 8) return { kind: 'none' }
  if (kind === 9)
    return { kind: 'unknown', text: 'queue', may: pick(random, [['accept', 'drop'], ['pass', 'drop'], ['return']]) }
  return below.length === 0 ? { kind: 'drop' } : { kind: pick(random, ['jump', 'goto']), chain: pick(random, below) }
}

function rules(random: Random, key: string, below: readonly string[], count: number): Rule[] {
  return Array.from({ length: count }, (_, i) => {
    const branches: Branch[] = []
    // Branches exclude each other, as the elements of a verdict map do.
    const before: Formula[] = []
    for (let b = random(6) === 0 ? 2 : 1; b > 0; b--) {
      const match = formula(random, 2)
      branches.push({ match: { op: 'and', of: [match, ...before] }, action: action(random, below) })
      before.push({ op: 'not', of: match })
    }
    return { id: `${key}#${i}`, text: '', branches, effects: [] }
  })
}

/** Rule sets with every kind of formula and verdict: two base chains at `forward`, three others that call each other downwards. */
export function randomRuleSet(random: Random, size = 6): RuleSet {
  const families: Family[] = ['ip4', 'ip6']
  const chains = new Map<string, Chain>()
  const others = ['x', 'y', 'z']
  for (const [i, key] of others.entries())
    chains.set(key, { key, families, rules: rules(random, key, others.slice(i + 1), 1 + random(4)) })
  for (const [i, key] of ['f', 'g'].entries()) {
    const base = {
      hook: 'forward' as Hook,
      type: 'filter' as const,
      priority: i,
      policy: pick(random, ['accept', 'drop'] as const),
    }
    chains.set(key, { key, families, base, rules: rules(random, key, others, i === 0 ? size : random(3)) })
  }
  return { chains, conntrack: random(2) === 0, blindSpots: [] }
}

/** A packet at hook `forward`, near the edges of the ranges that rules use; every opaque predicate has an answer. */
export function randomPacket(random: Random, family: Family): Packet {
  const near = (values: readonly number[], max: number): number =>
    Math.min(max, Math.max(0, pick(random, values) + random(3) - 1))
  const address = (): number | bigint => {
    if (family === 'ip4') return near(V4, 0xffffffff)
    const value = pick(random, V6) + BigInt(random(3)) - 1n
    return value < 0n ? 0n : value >= 1n << 128n ? (1n << 128n) - 1n : value
  }
  return {
    family,
    src: address(),
    dst: address(),
    proto: pick(random, PROTOS),
    sport: near(PORTS, 65535),
    dport: near(PORTS, 65535),
    icmpType: near([0, 3, 8, 128], 255),
    icmpCode: random(2),
    tcpFlags: pick(random, [0, 2, 16, 18, 255]),
    ctState: random(5),
    fragment: random(2),
    iif: pick(random, [...INTERFACES, 'eth7', 'ppp0']),
    oif: pick(random, [...INTERFACES, 'eth7', 'ppp0']),
    opaque: new Map(OPAQUE.map((key) => [key, random(2) === 0])),
  }
}

export function randomQuestion(random: Random): Formula {
  const parts: Formula[] = []
  for (let i = random(3); i >= 0; i--) {
    const part = formula(random, 0)
    if (part.op !== 'opaque') parts.push(part)
  }
  return { op: 'and', of: parts }
}
