import { type Edge, FALSE, TRUE } from './bdd.ts'
import { PacketspaceError } from './errors.ts'
import { type Bounds, boundsOf, cubeEdge, cubeOf, type Stateful } from './formula-bdd.ts'
import type { Action, BaseChain, Chain, Formula, Hook, RuleSet } from './ir.ts'
import type { PacketSpace } from './packet-fields.ts'
import { SegmentTree } from './segment-tree.ts'
import { compose, EMPTY, Summary } from './verdict-summary.ts'

/** Sets of packets that may be accepted and that may be dropped: accepted for certain is what may not be dropped. */
export interface HookSummary {
  readonly mayAccept: Edge
  readonly mayDrop: Edge
}

/** Whether a rule, by chain and position, cannot meet any packet that is asked about. */
export type Skip = (chain: string, index: number) => boolean

/**
 * The summaries of all chains of a rule set over one space. Each chain is summed up once, however often it is called. A slice
 * tells nothing but what becomes of the packets of `within` (see `prover.ts`).
 */
export class Analysis {
  readonly space: PacketSpace
  readonly rules: RuleSet
  readonly #trees = new Map<string, SegmentTree>()
  readonly #busy = new Set<string>()
  readonly #formulas = new Map<Formula, Bounds>()
  readonly #skip: Skip | undefined
  readonly #within: Edge
  readonly #stateful: Stateful

  constructor(
    space: PacketSpace,
    rules: RuleSet,
    stateful: Stateful = 'bounds',
    slice?: { readonly within: Edge; readonly skip: Skip },
  ) {
    this.space = space
    this.rules = rules
    this.#stateful = stateful
    this.#skip = slice?.skip
    this.#within = slice?.within ?? TRUE
  }

  bounds(f: Formula): Bounds {
    let known = this.#formulas.get(f)
    if (known === undefined) {
      known = boundsOf(this.space, f, this.#stateful)
      if (this.#within !== TRUE) {
        // Outside of the slice the match may be what it likes: empty is the smallest.
        const may = this.space.bdd.and(known.may, this.#within)
        known = { may, must: known.must === known.may ? may : this.space.bdd.and(known.must, this.#within) }
      }
      this.#formulas.set(f, known)
    }
    return known
  }

  chain(key: string): Chain {
    const chain = this.rules.chains.get(key)
    if (chain === undefined) throw new PacketspaceError('missing', `there is no chain ${key}`)
    return chain
  }

  /** Leaves: one summary per rule; in a slice only of the rules that are left. @throws PacketspaceError `missing`, `loop`, `budget` */
  tree(key: string): SegmentTree {
    const known = this.#trees.get(key)
    if (known !== undefined) return known
    if (this.#busy.has(key)) throw new PacketspaceError('loop', `chain ${key} calls itself`)
    this.#busy.add(key)
    const leaves: Summary[] = []
    for (const [i, rule] of this.chain(key).rules.entries())
      if (this.#skip?.(key, i) !== true) leaves.push(this.rule(rule))
    const tree = new SegmentTree(this.space, leaves)
    this.#busy.delete(key)
    this.#trees.set(key, tree)
    return tree
  }

  /** The summary of one rule, which need not stand in a chain yet. */
  rule({ branches }: { readonly branches: readonly { readonly match: Formula; readonly action: Action }[] }): Summary {
    let summary: Summary = EMPTY
    for (const { match, action } of branches)
      summary = compose(this.space, summary, this.#simple(match, action) ?? this.#branch(this.bounds(match), action))
    return summary
  }

  /** What a base chain may do, its policy included. */
  base(chain: Chain): HookSummary {
    return this.ended(chain, this.tree(chain.key).whole)
  }

  /** A summary of a base chain with its policy applied to what falls through or returns. */
  ended(chain: Chain, summary: Summary): HookSummary {
    const { bdd } = this.space
    const { pass, accept, drop, back } = summary.sets(this.space)
    const rest = bdd.or(pass, back)
    const policy = chain.base?.policy
    if (policy === undefined) throw new PacketspaceError('missing', `chain ${chain.key} has no hook`)
    const whole =
      policy === 'accept'
        ? { mayAccept: bdd.or(accept, rest), mayDrop: drop }
        : { mayAccept: accept, mayDrop: bdd.or(drop, rest) }
    if (chain.base?.type !== 'nat') return whole
    const seen = this.#firstPackets()
    return { mayAccept: bdd.or(whole.mayAccept, seen ^ 1), mayDrop: bdd.and(whole.mayDrop, seen) }
  }

  /** Packets that come to a base chain. */
  entry(base: BaseChain): Edge {
    const all = this.space.atHook(base.hook)
    return base.type === 'nat' ? this.space.bdd.and(all, this.#firstPackets()) : all
  }

  /** A nat chain sees the first packet of a connection, and none at all without connection tracking. */
  #firstPackets(): Edge {
    return this.rules.conntrack ? this.space.inRanges('ctState', [{ lo: 0, hi: 0 }]) : FALSE
  }

  /** Base chains of a hook for the family of the space, by priority. */
  baseChains(hook: Hook): Chain[] {
    return [...this.rules.chains.values()]
      .filter(({ base, families }) => base?.hook === hook && families.includes(this.space.family))
      .sort((a, b) => (a.base?.priority ?? 0) - (b.base?.priority ?? 0))
  }

  /** A packet passes a hook where every base chain accepts it; the order does not matter for that. */
  hook(hook: Hook): HookSummary {
    const { bdd } = this.space
    const each = this.baseChains(hook).map((chain) => this.base(chain))
    const valid = this.space.atHook(hook)
    return {
      mayAccept: bdd.and(valid, bdd.all(each.map((h) => h.mayAccept))),
      mayDrop: bdd.and(valid, bdd.any(each.map((h) => h.mayDrop))),
    }
  }

  /** A match of single fields with a verdict: the verdict function itself, without the detour over the set. */
  #simple(match: Formula, { kind }: Action): Summary | undefined {
    if (this.#within !== TRUE || (kind !== 'accept' && kind !== 'drop' && kind !== 'return')) return undefined
    const cube = cubeOf(this.space, match)
    return cube === undefined
      ? undefined
      : Summary.exact(cubeEdge(this.space, cube, this.#verdict(kind, undefined), this.space.verdicts.pass))
  }

  #branch({ must, may }: Bounds, action: Action): Summary {
    if (may === FALSE || action.kind === 'none') return EMPTY
    const { bdd, verdicts } = this.space
    if (action.kind === 'unknown') return this.#unknown({ must, may }, action)
    const called = action.kind === 'jump' || action.kind === 'goto' ? this.tree(action.chain).whole : undefined
    if (must === may && (called === undefined || called === EMPTY || called.verdict !== undefined))
      return Summary.exact(bdd.ite(may, this.#verdict(action.kind, called?.verdict), verdicts.pass))
    const pass = must ^ 1
    const none = { pass, accept: FALSE, drop: FALSE, back: FALSE }
    if (called === undefined) {
      if (action.kind === 'drop') return Summary.may({ ...none, drop: may })
      return Summary.may(action.kind === 'return' ? { ...none, back: may } : { ...none, accept: may })
    }
    const to = called.sets(this.space)
    const home = bdd.and(may, bdd.or(to.pass, to.back))
    const jump = action.kind === 'jump'
    return Summary.may({
      pass: jump ? bdd.or(pass, home) : pass,
      accept: bdd.and(may, to.accept),
      drop: bdd.and(may, to.drop),
      back: jump ? FALSE : home,
    })
  }

  /** The verdict function of an action; `called` is that of the chain it goes to, undefined for an empty one. */
  #verdict(kind: 'accept' | 'drop' | 'return' | 'nat' | 'jump' | 'goto', called: Edge | undefined): Edge {
    const { verdicts } = this.space
    if (kind === 'accept' || kind === 'nat') return TRUE
    if (kind === 'drop') return FALSE
    if (kind === 'return') return verdicts.back
    return verdicts.ends(called ?? verdicts.pass, kind === 'jump' ? 'called' : 'gone')
  }

  /** A verdict of somebody else: any of those it may be, or, among variables, what a variable for each but the last says. */
  #unknown({ must, may }: Bounds, action: Action & { kind: 'unknown' }): Summary {
    const { bdd } = this.space
    const on = { pass: FALSE, accept: FALSE, drop: FALSE, return: FALSE }
    let left = may
    for (const [i, outcome] of action.may.entries()) {
      const free = this.#stateful === 'bounds' || i === action.may.length - 1
      const chosen = free ? TRUE : this.space.opaque(`${action.text} says ${outcome}`)
      on[outcome] = bdd.and(left, chosen)
      if (this.#stateful === 'variables') left = bdd.minus(left, chosen)
    }
    return Summary.may({ pass: bdd.or(must ^ 1, on.pass), accept: on.accept, drop: on.drop, back: on.return })
  }
}
