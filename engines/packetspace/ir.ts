import type { Range } from './address.ts'

/** Fields of a packet with ordered values. Addresses of a family exist only in packets of it. */
export type ValueField =
  | 'src4'
  | 'dst4'
  | 'src6'
  | 'dst6'
  | 'sport'
  | 'dport'
  | 'proto'
  | 'icmpType'
  | 'icmpCode'
  | 'tcpFlags'
  | 'ctState'
  | 'fragment'

export type InterfaceField = 'iif' | 'oif'
export type Family = 'ip4' | 'ip6'

/** Connection tracking states by their value in the field `ctState`. */
export const CT_STATES = ['new', 'established', 'related', 'invalid', 'untracked'] as const
export type CtState = (typeof CT_STATES)[number]

/**
 * What a rule asks of a packet. `flags` holds where `value & mask` equals `equals`. An interface name that ends in `*` is a prefix.
 * An `opaque` predicate is one that this package cannot evaluate: two with the same key have the same answer for the same packet,
 * except where it is `stateful` (a limit, a set that packets change): then every occurrence answers for itself.
 */
export type Formula =
  | { readonly op: 'true' }
  | { readonly op: 'false' }
  | { readonly op: 'family'; readonly is: Family }
  | { readonly op: 'in'; readonly field: ValueField; readonly ranges: readonly Range[] }
  | { readonly op: 'flags'; readonly mask: number; readonly equals: number }
  | { readonly op: 'interface'; readonly field: InterfaceField; readonly names: readonly string[] }
  | { readonly op: 'and' | 'or'; readonly of: readonly Formula[] }
  | { readonly op: 'not'; readonly of: Formula }
  | { readonly op: 'opaque'; readonly key: string; readonly stateful: boolean }

/** What address translation may write: any of the ranges; without ranges the field stays. `toHost`: the packet ends at this host. */
export interface NatTarget {
  readonly kind: 'dnat' | 'snat'
  readonly family?: Family
  readonly addresses?: readonly Range[]
  readonly ports?: readonly Range[]
  readonly toHost?: boolean
  /** The target is not known: any address of the family. */
  readonly anyAddress?: boolean
}

/** `unknown`: a verdict that somebody else gives, a queue or a target of an extension; `may` names what it may be. */
export type Action =
  | { readonly kind: 'accept' | 'drop' | 'return' | 'none' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }
  | { readonly kind: 'nat'; readonly to: NatTarget }
  | {
      readonly kind: 'unknown'
      readonly text: string
      readonly may: readonly ('pass' | 'accept' | 'drop' | 'return')[]
    }

/** The first branch whose match holds acts; where none does, the packet goes on to the next rule. */
export interface Branch {
  readonly match: Formula
  readonly action: Action
}

export interface Rule {
  /** Chain key, `#`, position from 0. Positions move with edits: no identity across versions. */
  readonly id: string
  /** The rule as its owner wrote it, or JSON. */
  readonly text: string
  readonly comment?: string
  readonly branches: readonly Branch[]
  /** What the rule does besides its verdict and what other rules may depend on: `mark`, `set`, `nat`, `notrack`, … */
  readonly effects: readonly string[]
}

export type Hook = 'ingress' | 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting'

export interface BaseChain {
  readonly hook: Hook
  readonly type: 'filter' | 'nat' | 'route'
  readonly priority: number
  readonly policy: 'accept' | 'drop'
}

export interface Chain {
  /** Family, table and name, as in `inet fw/input`. */
  readonly key: string
  readonly families: readonly Family[]
  readonly base?: BaseChain
  readonly rules: readonly Rule[]
}

export type BlindSpotCode =
  | 'opaque-match'
  | 'stateful-match'
  | 'unknown-verdict'
  | 'dynamic-set'
  | 'mangled-field'
  | 'dormant-table'
  | 'unread-family'
  | 'nat-without-conntrack'
  | 'nexthdr'
  | 'interface-index'
  | 'flowtable'
  | 'unknown-object'
  | 'skipped-table'

/** What the reader saw and could not turn into packets. It widened both bounds or, where `place` is a table, lies outside them. */
export interface BlindSpot {
  readonly code: BlindSpotCode
  readonly place: string
  readonly text: string
}

export interface RuleSet {
  readonly chains: ReadonlyMap<string, Chain>
  /** Whether anything in the rule set turns connection tracking on; then fragments are put together before the rules. */
  readonly conntrack: boolean
  readonly blindSpots: readonly BlindSpot[]
}

export const ALWAYS: Formula = { op: 'true' }
export const NEVER: Formula = { op: 'false' }

export function both(...of: readonly Formula[]): Formula {
  const parts = of.flatMap((f) => (f.op === 'and' ? f.of : [f])).filter((f) => f.op !== 'true')
  if (parts.some((f) => f.op === 'false')) return NEVER
  const [first] = parts
  return first === undefined ? ALWAYS : parts.length === 1 ? first : { op: 'and', of: parts }
}

export function either(...of: readonly Formula[]): Formula {
  const parts = of.flatMap((f) => (f.op === 'or' ? f.of : [f])).filter((f) => f.op !== 'false')
  if (parts.some((f) => f.op === 'true')) return ALWAYS
  const [first] = parts
  return first === undefined ? NEVER : parts.length === 1 ? first : { op: 'or', of: parts }
}

export function negate(f: Formula): Formula {
  if (f.op === 'true') return NEVER
  if (f.op === 'false') return ALWAYS
  return f.op === 'not' ? f.of : { op: 'not', of: f }
}

export const inRange = (field: ValueField, lo: Range['lo'], hi: Range['hi'] = lo): Formula => ({
  op: 'in',
  field,
  ranges: [{ lo, hi }],
})

export const ctIs = (...states: readonly CtState[]): Formula => ({
  op: 'in',
  field: 'ctState',
  ranges: states.map((s) => CT_STATES.indexOf(s)).map((v) => ({ lo: v, hi: v })),
})

/** Every part of a formula, itself first. */
export function* parts(f: Formula): Generator<Formula> {
  yield f
  if (f.op === 'and' || f.op === 'or') for (const part of f.of) yield* parts(part)
  else if (f.op === 'not') yield* parts(f.of)
}
