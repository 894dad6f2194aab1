import { type Edge, FALSE, TRUE } from './bdd.ts'
import { exists } from './bdd-queries.ts'
import type { Hook, NatTarget } from './ir.ts'
import type { PacketSpace, SpaceField } from './packet-fields.ts'
import type { Analysis } from './summary.ts'

/** What first packets of connections may look like behind address translation. */
export interface Translated {
  /** Packets that go on: as they were, or with written addresses and ports. */
  readonly onward: Edge
  /** Packets that were redirected to this host, whatever its address: they meet `input`, not `forward`. */
  readonly toHost: Edge
}

/**
 * The image of a set of first packets (`ctState` new) under the nat chains of a hook. It is never too small: where a rule may or may not
 * match, both are in it, and where a target is not known, all addresses are. Later packets of a connection follow its first.
 *
 * @throws PacketspaceError `budget`, `missing`, `loop`
 */
export function translate(analysis: Analysis, hook: Hook, set: Edge): Translated {
  const { space } = analysis
  const { bdd } = space
  const first = bdd.and(set, space.inRanges('ctState', [{ lo: 0, hi: 0 }]))
  let unchanged = first
  let onward: Edge = FALSE
  let toHost: Edge = FALSE
  for (const chain of analysis.baseChains(hook)) {
    if (chain.base?.type !== 'nat' || !analysis.rules.conntrack) continue
    for (const { target, meets, sure } of targetsOf(analysis, chain.key, first, new Set())) {
      if (target.family !== undefined && target.family !== space.family) continue
      const image = written(space, meets, target)
      if (target.toHost === true) toHost = bdd.or(toHost, image)
      else onward = bdd.or(onward, image)
      unchanged = bdd.minus(unchanged, sure)
    }
  }
  return { onward: bdd.or(onward, unchanged), toHost }
}

interface Met {
  readonly target: NatTarget
  readonly meets: Edge
  /** The part that is translated for certain. */
  readonly sure: Edge
}

function* targetsOf(analysis: Analysis, key: string, entry: Edge, above: Set<string>): Generator<Met> {
  const { bdd } = analysis.space
  const reaching = analysis.tree(key).reaching(entry)
  // What may reach a rule does so for certain only where nothing before it is in doubt.
  let exact = above.size === 0
  for (const [i, rule] of analysis.chain(key).rules.entries()) {
    let left = reaching[i] ?? FALSE
    for (const { match, action } of rule.branches) {
      const { must, may } = analysis.bounds(match)
      const meets = bdd.and(left, may)
      if (must !== may || action.kind === 'unknown') exact = false
      if (action.kind === 'nat') yield { target: action.to, meets, sure: exact ? meets : FALSE }
      else if ((action.kind === 'jump' || action.kind === 'goto') && meets !== FALSE && !above.has(action.chain))
        yield* targetsOf(analysis, action.chain, meets, new Set([...above, key]))
      left = bdd.minus(left, must)
    }
  }
}

function written(space: PacketSpace, set: Edge, target: NatTarget): Edge {
  const { bdd } = space
  const [address, port]: readonly ['dst' | 'src', 'dport' | 'sport'] =
    target.kind === 'dnat' ? ['dst', 'dport'] : ['src', 'sport']
  const fields: SpaceField[] = []
  const values: Edge[] = []
  if (target.addresses !== undefined || target.anyAddress === true || target.toHost === true) {
    fields.push(address)
    values.push(target.addresses === undefined ? TRUE : space.inRanges(address, target.addresses))
  }
  if (target.ports !== undefined) {
    fields.push(port)
    values.push(space.inRanges(port, target.ports))
  }
  const hidden = fields.map((field) => space.layout(field))
  const freed = exists(bdd, set, (level) => hidden.some((l) => level >= l.level && level < l.level + l.width))
  return bdd.all([freed, ...values])
}
