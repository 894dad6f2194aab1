import { mergeRanges, type Range, type Value } from './address.ts'
import { Bdd, type Edge, FALSE, TRUE } from './bdd.ts'
import { pickPoint } from './bdd-queries.ts'
import { PacketspaceError } from './errors.ts'
import {
  type Family,
  type Formula,
  type Hook,
  type InterfaceField,
  parts,
  type RuleSet,
  type ValueField,
} from './ir.ts'
import type { Packet } from './packet.ts'
import { Verdicts } from './verdicts.ts'

/** The fields of a space. */
export type SpaceField = 'dst' | 'src' | Exclude<ValueField, 'src4' | 'dst4' | 'src6' | 'dst6'> | InterfaceField

interface Layout {
  readonly level: number
  readonly width: number
}

/** Fields by their variables, topmost first: the order that keeps real rule sets smallest. */
export const FIELD_ORDER: readonly SpaceField[] = [
  'ctState',
  'iif',
  'oif',
  'dst',
  'src',
  'proto',
  'dport',
  'sport',
  'icmpType',
  'icmpCode',
  'tcpFlags',
  'fragment',
]

/**
 * All packets of one family as points of a binary decision diagram. Interfaces are a finite set: the names that occur, one more for
 * every prefix such as `eth*`, one for all others, one for none. Predicates that cannot be evaluated have variables of their own,
 * after all fields.
 */
export class PacketSpace {
  readonly family: Family
  readonly bdd: Bdd
  readonly verdicts: Verdicts
  /** Names of interfaces by their value. */
  readonly interfaces: readonly string[]
  readonly #layout = new Map<SpaceField, Layout>()
  readonly #opaque: string[] = []
  readonly #opaqueAt = new Map<string, number>()
  readonly opaqueLevel: number

  /** @param budget nodes at most; operations beyond throw `budget` */
  constructor(family: Family, interfaces: Iterable<string>, budget?: number) {
    this.family = family
    this.bdd = new Bdd(budget)
    this.verdicts = new Verdicts(this.bdd)
    this.interfaces = ['', ...[...new Set(['*', ...interfaces])].filter((n) => n !== '').sort()]
    const widths: Record<SpaceField, number> = {
      dst: family === 'ip4' ? 32 : 128,
      src: family === 'ip4' ? 32 : 128,
      dport: 16,
      sport: 16,
      proto: 8,
      icmpType: 8,
      icmpCode: 8,
      iif: Math.ceil(Math.log2(this.interfaces.length)),
      oif: Math.ceil(Math.log2(this.interfaces.length)),
      ctState: 3,
      tcpFlags: 8,
      fragment: 1,
    }
    let level = 0
    for (const field of FIELD_ORDER) {
      this.#layout.set(field, { level, width: widths[field] })
      level += widths[field]
    }
    this.opaqueLevel = level
  }

  layout(field: SpaceField): Layout {
    return this.#layout.get(field) as Layout
  }

  /** Packets whose field lies in one of the ranges, which are sorted and disjoint; `yes` and `no` are what follows in later fields. */
  inRanges(field: SpaceField, ranges: readonly Range[], yes: Edge = TRUE, no: Edge = FALSE): Edge {
    const { level, width } = this.layout(field)
    const last = width > 32 ? (1n << BigInt(width)) - 1n : 2 ** width - 1
    // Values that the field cannot have match nothing.
    const within = ranges.every(({ lo, hi }) => lo <= hi && lo >= 0 && hi <= last)
      ? ranges
      : ranges.flatMap(({ lo, hi }) => (lo > hi || lo > last || hi < 0 ? [] : [{ lo, hi: hi > last ? last : hi }]))
    return width > 32 ? this.#wide(level, width, within, yes, no) : this.#narrow(level, width, within, yes, no)
  }

  /** Packets with these bits of a field. */
  withBits(field: SpaceField, mask: number, equals: number): Edge {
    if ((equals & ~mask) !== 0) return FALSE
    const { level, width } = this.layout(field)
    let f: Edge = TRUE
    for (let bit = 0; bit < width; bit++) {
      if (((mask >> bit) & 1) === 0) continue
      const at = level + width - 1 - bit
      f = (equals >> bit) & 1 ? this.bdd.node(at, FALSE, f) : this.bdd.node(at, f, FALSE)
    }
    return f
  }

  /** Packets by the interface's name; a name that ends in `*` is a prefix. */
  onInterfaces(field: InterfaceField, names: readonly string[]): Edge {
    return this.inRanges(field, this.interfaceRanges(names))
  }

  /** @throws PacketspaceError `missing` for a name the space was not made with: it could not be told from others */
  interfaceRanges(names: readonly string[]): Range[] {
    for (const name of names)
      if (!this.interfaces.includes(name))
        throw new PacketspaceError('missing', `the space was not made with interface "${name}"`)
    const values = this.interfaces.flatMap((have, i) => (names.some((n) => nameMatches(n, have)) ? [i] : []))
    return mergeRanges(values.map((v) => ({ lo: v, hi: v })))
  }

  /** The variable of a predicate that cannot be evaluated. */
  opaque(key: string): Edge {
    let index = this.#opaqueAt.get(key)
    if (index === undefined) {
      index = this.#opaque.push(key) - 1
      this.#opaqueAt.set(key, index)
    }
    return this.bdd.variable(this.opaqueLevel + index)
  }

  opaqueKey(level: number): string | undefined {
    return this.#opaque[level - this.opaqueLevel]
  }

  /** Points that stand for packets: no unused values of enumerated fields. */
  valid(): Edge {
    const last = this.interfaces.length - 1
    return this.bdd.all([
      this.inRanges('ctState', [{ lo: 0, hi: 4 }]),
      this.inRanges('iif', [{ lo: 0, hi: last }]),
      this.inRanges('oif', [{ lo: 0, hi: last }]),
    ])
  }

  /** Packets that come to a hook: a packet has an interface where one is known there, and none elsewhere. */
  atHook(hook: Hook): Edge {
    const none = (field: InterfaceField): Edge => this.inRanges(field, [{ lo: 0, hi: 0 }])
    const { bdd } = this
    const valid = this.valid()
    if (hook === 'forward') return bdd.all([valid, none('iif') ^ 1, none('oif') ^ 1])
    if (hook === 'output') return bdd.all([valid, none('iif'), none('oif') ^ 1])
    if (hook === 'postrouting') return bdd.minus(valid, none('oif'))
    return bdd.all([valid, none('iif') ^ 1, none('oif')])
  }

  /** One packet of a set, the most ordinary there is: new, whole, TCP with SYN alone. Undefined for the empty set. */
  witness(set: Edge): Packet | undefined {
    let f = set
    const first = (field: SpaceField, value: number): Edge => this.inRanges(field, [{ lo: value, hi: value }])
    const wishes = [
      () => this.valid(),
      () => first('fragment', 0),
      () => first('ctState', 0),
      () => first('proto', 6),
      () => this.inRanges('proto', [{ lo: 1, hi: 254 }]),
      () => first('tcpFlags', 2),
      () => this.inRanges('sport', [{ lo: 32768, hi: 60999 }]),
      () => this.inRanges('dport', [{ lo: 1, hi: 65535 }]),
      () => first('icmpType', this.family === 'ip4' ? 8 : 128),
    ]
    for (const wish of wishes) {
      const both = this.bdd.and(f, wish())
      if (both !== FALSE) f = both
    }
    const point = pickPoint(this.bdd, f)
    if (point === undefined) return undefined
    const read = (field: SpaceField): Value => {
      const { level, width } = this.layout(field)
      let value = 0n
      for (let i = 0; i < width; i++) value = value * 2n + (point.get(level + i) === true ? 1n : 0n)
      return width > 32 ? value : Number(value)
    }
    const small = (field: SpaceField): number => Number(read(field))
    const opaque = new Map<string, boolean>()
    for (const [level, bit] of point) {
      const key = this.opaqueKey(level)
      if (key !== undefined) opaque.set(key, bit)
    }
    return {
      family: this.family,
      src: read('src'),
      dst: read('dst'),
      proto: small('proto'),
      sport: small('sport'),
      dport: small('dport'),
      icmpType: small('icmpType'),
      icmpCode: small('icmpCode'),
      tcpFlags: small('tcpFlags'),
      ctState: small('ctState'),
      fragment: small('fragment'),
      iif: this.interfaces[small('iif')] ?? '*',
      oif: this.interfaces[small('oif')] ?? '*',
      opaque,
    }
  }

  #narrow(level: number, width: number, ranges: readonly Range[], yes: Edge, no: Edge): Edge {
    const [first] = ranges
    if (first === undefined) return no
    if (ranges.length === 1 && first.lo === first.hi) return this.#point(level, width, Number(first.lo), yes, no)
    const size = 2 ** width
    if (first.lo === 0 && Number(first.hi) >= size - 1) return yes
    const half = size / 2
    const low: Range[] = []
    const high: Range[] = []
    for (const { lo, hi } of ranges as readonly { lo: number; hi: number }[]) {
      if (lo < half) low.push(hi < half ? { lo, hi } : { lo, hi: half - 1 })
      if (hi >= half) high.push({ lo: lo >= half ? lo - half : 0, hi: hi - half })
    }
    const then = this.#narrow(level + 1, width - 1, high, yes, no)
    return this.bdd.node(level, this.#narrow(level + 1, width - 1, low, yes, no), then)
  }

  #point(level: number, width: number, value: number, yes: Edge, no: Edge): Edge {
    let f = yes
    for (let bit = 0; bit < width; bit++) {
      const at = level + width - 1 - bit
      f = (value >>> bit) & 1 ? this.bdd.node(at, no, f) : this.bdd.node(at, f, no)
    }
    return f
  }

  #wide(level: number, width: number, ranges: readonly Range[], yes: Edge, no: Edge): Edge {
    const [first] = ranges
    if (first === undefined) return no
    const size = 1n << BigInt(width)
    if (first.lo === 0n && BigInt(first.hi) >= size - 1n) return yes
    const half = size / 2n
    const low: Range[] = []
    const high: Range[] = []
    for (const { lo, hi } of ranges as readonly { lo: bigint; hi: bigint }[]) {
      if (lo < half) low.push(hi < half ? { lo, hi } : { lo, hi: half - 1n })
      if (hi >= half) high.push({ lo: lo >= half ? lo - half : 0n, hi: hi - half })
    }
    const then = this.#wide(level + 1, width - 1, high, yes, no)
    return this.bdd.node(level, this.#wide(level + 1, width - 1, low, yes, no), then)
  }
}

/** Whether a name, or a prefix that ends in `*`, covers an interface. */
export function nameMatches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name !== '' && name.startsWith(pattern.slice(0, -1)) : pattern === name
}

/** All names and prefixes of interfaces in rule sets: what a space for them has to know. */
export function interfacesOf(...sets: readonly RuleSet[]): Set<string> {
  const names = new Set<string>()
  for (const set of sets)
    for (const chain of set.chains.values())
      for (const rule of chain.rules) for (const branch of rule.branches) addInterfaces(branch.match, names)
  return names
}

export function addInterfaces(f: Formula, names: Set<string>): void {
  for (const part of parts(f)) if (part.op === 'interface') for (const name of part.names) names.add(name)
}
