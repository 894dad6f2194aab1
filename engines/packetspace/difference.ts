import { type Edge, FALSE } from './bdd.ts'
import { forAll } from './bdd-queries.ts'
import { type Boxes, boxesOf } from './boxes.ts'
import type { Hook, RuleSet } from './ir.ts'
import type { Packet } from './packet.ts'
import type { PacketSpace } from './packet-fields.ts'
import { opaqueSupport } from './reach.ts'
import { Analysis } from './summary.ts'

/** Packets of one direction of a change. */
export interface Region {
  /** The set, with opaque variables where it hangs on predicates that cannot be evaluated. */
  readonly set: Edge
  /** The packets among them that change whatever these predicates say. */
  readonly certain: Edge
  readonly boxes: Boxes
  readonly witness?: Packet
  /** Predicates it hangs on. */
  readonly because: readonly string[]
}

/**
 * `equal`: no packet is treated differently. `different`: at least one is, whatever the opaque predicates say. `undecided`: the
 * difference hangs on them.
 */
export interface Difference {
  readonly verdict: 'equal' | 'different' | 'undecided'
  /** Dropped before, accepted after. */
  readonly opened: Region
  /** Accepted before, dropped after. */
  readonly closed: Region
}

/**
 * Two rule sets compared by what they do at a hook. A limit, or a set that packets change, counts as answering the same in both where it
 * has the same text in the same chain.
 *
 * @param space for both, with the interfaces of both (`interfacesOf(before, after)`)
 * @throws PacketspaceError `budget`, `missing`, `loop`
 */
export function difference(space: PacketSpace, before: RuleSet, after: RuleSet, hook: Hook, within?: Edge): Difference {
  const [old, now] = [before, after].map((rules) => new Analysis(space, rules, 'variables').hook(hook).mayAccept)
  return compare(space, old ?? FALSE, now ?? FALSE, within)
}

/** The same of two sets of accepted packets, as from `Analysis` in the mode `variables`. */
export function compare(space: PacketSpace, before: Edge, after: Edge, within?: Edge): Difference {
  const { bdd } = space
  const clip = (set: Edge): Edge => (within === undefined ? set : bdd.and(set, within))
  const opened = region(space, clip(bdd.minus(after, before)))
  const closed = region(space, clip(bdd.minus(before, after)))
  const verdict =
    opened.set === FALSE && closed.set === FALSE
      ? 'equal'
      : opened.certain === FALSE && closed.certain === FALSE
        ? 'undecided'
        : 'different'
  return { verdict, opened, closed }
}

function region(space: PacketSpace, set: Edge): Region {
  const certain = forAll(space.bdd, set, (level) => level >= space.opaqueLevel)
  const witness = space.witness(certain === FALSE ? set : certain)
  const because = opaqueSupport(space, set)
  return { set, certain, boxes: boxesOf(space, set), because, ...(witness === undefined ? {} : { witness }) }
}

/** What is accepted and no approved intent covers; the intents are one set, without opaque variables. */
export function residue(space: PacketSpace, mayAccept: Edge, intents: Edge): Region {
  return region(space, space.bdd.minus(mayAccept, intents))
}
