import { type Edge, FALSE, TRUE } from './bdd.ts'
import type { Chain, Rule } from './ir.ts'
import type { SegmentTree } from './segment-tree.ts'
import type { Analysis } from './summary.ts'
import { compose, EMPTY, type MaySets, Summary } from './verdict-summary.ts'

/**
 * `unreachable`: no packet comes to the chain. `impossible`: the match holds for no packet. `shadowed`: rules before it take every packet
 * it would match. `redundant`: without it every packet that comes to it ends the same. `live`: none of these is proved.
 */
export type RuleState = 'unreachable' | 'impossible' | 'shadowed' | 'redundant' | 'live'

export interface RuleFinding {
  readonly rule: Rule
  readonly chain: string
  readonly state: RuleState
  /** For `shadowed`: rules of the chain that take its packets, first ones first, at most eight. */
  readonly by: readonly string[]
  /** Packets that may come to the rule and match: what it can decide about. */
  readonly meets: Edge
}

const NAMED = 8

/**
 * What every rule of a rule set is for. Each state but `live` is a proof that holds whatever the opaque predicates say, for one rule at a
 * time: of two equal rules each may go, not both. A rule with effects
 * of its own (marks, sets, address translation) is never called redundant.
 *
 * @param entries packets that come to base chains; all packets of their hook where it is not given
 * @throws PacketspaceError `budget`, `missing`, `loop`
 */
export function reviewRules(analysis: Analysis, entries?: (chain: Chain) => Edge): RuleFinding[] {
  const { bdd } = analysis.space
  const reached = new Map<string, Edge>()
  const findings: RuleFinding[] = []
  for (const chain of callersFirst(analysis)) {
    const { base } = chain
    const own = base === undefined ? FALSE : (entries?.(chain) ?? analysis.entry(base))
    const entry = bdd.or(reached.get(chain.key) ?? FALSE, own)
    const tree = analysis.tree(chain.key)
    const reaching = tree.reaching(entry)
    const redundant = redundantRules(analysis, chain, tree, reaching)
    for (const [i, rule] of chain.rules.entries()) {
      const meets = calls(analysis, rule, reaching[i] ?? FALSE, reached)
      const state =
        entry === FALSE
          ? 'unreachable'
          : meets === FALSE
            ? dead(analysis, rule, entry)
            : redundant.has(i)
              ? 'redundant'
              : 'live'
      const by = state === 'shadowed' ? takers(analysis, chain, i, entry) : []
      findings.push({ rule, chain: chain.key, state, by, meets })
    }
  }
  return findings
}

/** The packets that meet a rule; adds those that go on to other chains to what reaches them. */
function calls(analysis: Analysis, rule: Rule, reaching: Edge, reached: Map<string, Edge>): Edge {
  const { bdd } = analysis.space
  let left = reaching
  let meets: Edge = FALSE
  for (const { match, action } of rule.branches) {
    const { may, must } = analysis.bounds(match)
    const here = bdd.and(left, may)
    meets = bdd.or(meets, here)
    if (action.kind === 'jump' || action.kind === 'goto')
      reached.set(action.chain, bdd.or(reached.get(action.chain) ?? FALSE, here))
    left = bdd.minus(left, must)
  }
  return meets
}

function dead(analysis: Analysis, rule: Rule, entry: Edge): RuleState {
  const { bdd } = analysis.space
  const may = bdd.any(rule.branches.map((b) => analysis.bounds(b.match).may))
  return bdd.meets(may, entry) ? 'shadowed' : 'impossible'
}

/** Rules before one that take its packets away. */
function takers(analysis: Analysis, chain: Chain, index: number, entry: Edge): string[] {
  const { bdd } = analysis.space
  const rule = chain.rules[index]
  let left = bdd.and(entry, bdd.any((rule?.branches ?? []).map((b) => analysis.bounds(b.match).may)))
  const found: string[] = []
  for (const [i, before] of chain.rules.slice(0, index).entries()) {
    const on = bdd.and(left, analysis.tree(chain.key).leaf(i).sets(analysis.space).pass)
    if (on !== left) found.push(before.id)
    left = on
    if (left === FALSE || found.length >= NAMED) break
  }
  return found
}

function redundantRules(analysis: Analysis, chain: Chain, tree: SegmentTree, reaching: readonly Edge[]): Set<number> {
  const { space } = analysis
  const { bdd, verdicts } = space
  const redundant = new Set<number>()
  // In a base chain to go on, or back, is to meet the policy.
  const policy = chain.base?.policy
  const end = policy === undefined ? EMPTY : Summary.exact(policy === 'accept' ? TRUE : FALSE)
  const settled = (summary: Summary): Summary =>
    policy === undefined || summary.verdict === undefined
      ? summary
      : Summary.exact(verdicts.ends(summary.verdict, policy === 'accept' ? 'accept-rest' : 'accept'))
  tree.behind(end, (index, rest) => {
    const rule = chain.rules[index]
    // What only counts or logs is there for that.
    if (rule === undefined || rule.effects.length > 0 || rule.branches.every((b) => b.action.kind === 'none')) return
    if (rule.branches.some(({ match }) => analysis.bounds(match).must !== analysis.bounds(match).may)) return
    const here = bdd.and(reaching[index] ?? FALSE, bdd.any(rule.branches.map((b) => analysis.bounds(b.match).may)))
    if (here === FALSE) return
    if (unchanged(tree.leaf(index), rest, here)) redundant.add(index)
  })
  function unchanged(leaf: Summary, rest: Summary, here: Edge): boolean {
    if (leaf.verdict !== undefined && rest.verdict !== undefined) {
      // The rule where it matters; elsewhere it goes on, which changes nothing: equal there is equal everywhere.
      const clipped = Summary.exact(bdd.ite(here, leaf.verdict, verdicts.pass))
      return settled(compose(space, clipped, rest)).verdict === settled(rest).verdict
    }
    // What comes behind the rule for its packets alone, so that only small sets meet.
    const behind = clippedSets(rest, here)
    const own = clippedSets(leaf, here)
    const on = (f: Edge): Edge => bdd.and(own.pass, f)
    const accept = bdd.or(own.accept, on(behind.accept))
    const drop = bdd.or(own.drop, on(behind.drop))
    const [back, pass] = [bdd.or(own.back, on(behind.back)), on(behind.pass)]
    if (policy === undefined)
      return accept === behind.accept && drop === behind.drop && back === behind.back && pass === behind.pass
    const ended = (f: Edge, kind: 'accept' | 'drop', rests: Edge): Edge => (policy === kind ? bdd.or(f, rests) : f)
    return (
      ended(accept, 'accept', back) === ended(behind.accept, 'accept', behind.back) &&
      ended(drop, 'drop', back) === ended(behind.drop, 'drop', behind.back)
    )
  }
  function clippedSets(summary: Summary, here: Edge): MaySets {
    const { pass, accept, drop, back } = summary.sets(space)
    return {
      pass: bdd.and(here, pass),
      accept: bdd.and(here, accept),
      drop: bdd.and(here, drop),
      back: bdd.and(here, back),
    }
  }
  return redundant
}

/** Chains of the family, each after all that call it. */
function callersFirst(analysis: Analysis): Chain[] {
  const order: Chain[] = []
  const seen = new Set<string>()
  const visit = (chain: Chain): void => {
    if (seen.has(chain.key)) return
    seen.add(chain.key)
    for (const rule of chain.rules)
      for (const { action } of rule.branches)
        if (action.kind === 'jump' || action.kind === 'goto') visit(analysis.chain(action.chain))
    order.push(chain)
  }
  for (const chain of analysis.rules.chains.values())
    if (chain.families.includes(analysis.space.family)) {
      // Loops have no order; the tree refuses them.
      analysis.tree(chain.key)
      visit(chain)
    }
  return order.reverse()
}
