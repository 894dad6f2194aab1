import type { Edge } from './bdd.ts'
import { FALSE } from './bdd.ts'
import { exists, forAll, support } from './bdd-queries.ts'
import { interpret, type Trace } from './interpret.ts'
import type { Hook } from './ir.ts'
import type { Packet } from './packet.ts'
import type { PacketSpace } from './packet-fields.ts'
import type { Analysis, HookSummary } from './summary.ts'

/** A packet with its way through the rules, found by the interpreter. */
export interface Witness extends Trace {
  readonly packet: Packet
}

/**
 * What becomes of the packets of a question. `never` and `always` are proofs for all of them; `some` comes with a packet that is
 * accepted for certain and, where there is one, one that is dropped; `undecided` says which predicates it hangs on.
 */
export interface Answer {
  readonly verdict: 'never' | 'always' | 'some' | 'undecided' | 'empty'
  readonly accepted?: Witness
  readonly dropped?: Witness
  readonly undecided?: Witness
}

/** Packets whose fate does not hang on predicates that cannot be evaluated, and the others. */
export interface Certain {
  readonly accepted: Edge
  readonly dropped: Edge
  readonly undecided: Edge
}

const isOpaque = (space: PacketSpace) => (level: number) => level >= space.opaqueLevel

/** Splits the packets of a question by what is certain of them; the three sets have no opaque variables. */
export function certain(space: PacketSpace, { mayAccept, mayDrop }: HookSummary, question: Edge): Certain {
  const { bdd } = space
  const hidden = isOpaque(space)
  // Clipped first: quantifying a small set is quick, and what lies outside of the question is none of its business.
  const accepted = bdd.minus(question, exists(bdd, bdd.and(question, mayDrop), hidden))
  const dropped = bdd.minus(question, exists(bdd, bdd.and(question, mayAccept), hidden))
  return { accepted, dropped, undecided: bdd.minus(bdd.minus(question, accepted), dropped) }
}

/** The packets that may be accepted whatever the opaque predicates say (`may`), or in spite of it (`must`). */
export function acceptedBounds(space: PacketSpace, { mayAccept, mayDrop }: HookSummary): { may: Edge; must: Edge } {
  const { bdd } = space
  const hidden = isOpaque(space)
  return { may: exists(bdd, mayAccept, hidden), must: forAll(bdd, mayDrop ^ 1, hidden) }
}

/**
 * What a hook does with the packets of a question, whose set has no opaque variables.
 *
 * @throws PacketspaceError `budget`, `missing`, `loop`
 */
export function reach(analysis: Analysis, hook: Hook, question: Edge): Answer {
  const { space } = analysis
  const asked = space.bdd.and(question, space.atHook(hook))
  if (asked === FALSE) return { verdict: 'empty' }
  const sets = certain(space, analysis.hook(hook), asked)
  const accepted = witness(analysis, hook, sets.accepted, true)
  const dropped = witness(analysis, hook, sets.dropped, true)
  const undecided = witness(analysis, hook, sets.undecided, false)
  const verdict =
    accepted === undefined
      ? undecided === undefined
        ? 'never'
        : 'undecided'
      : undecided === undefined && dropped === undefined
        ? 'always'
        : 'some'
  return {
    verdict,
    ...(accepted === undefined ? {} : { accepted }),
    ...(dropped === undefined ? {} : { dropped }),
    ...(undecided === undefined ? {} : { undecided }),
  }
}

/**
 * A packet of a set with its way. Where the set is certain whatever the opaque predicates say, but rule by rule it does not look so
 * (one rule asks for a predicate, another for its complement), the way is the one without any of them.
 */
function witness(analysis: Analysis, hook: Hook, set: Edge, sure: boolean): Witness | undefined {
  const packet = analysis.space.witness(set)
  if (packet === undefined) return undefined
  const trace = interpret(analysis.rules, hook, packet)
  if (!sure || trace.verdict !== 'undecided') return { packet, ...trace }
  const without = { ...packet, opaque: new Map(trace.because.map((key) => [key, false])) }
  return { packet: without, ...interpret(analysis.rules, hook, without) }
}

/** "Nobody gets through": proved, violated with a packet, or undecided. */
export function proveNone(analysis: Analysis, hook: Hook, question: Edge): Proof {
  const answer = reach(analysis, hook, question)
  if (answer.verdict === 'never' || answer.verdict === 'empty') return { verdict: 'proved' }
  if (answer.accepted !== undefined) return { verdict: 'violated', witness: answer.accepted }
  return { verdict: 'undecided', ...(answer.undecided === undefined ? {} : { witness: answer.undecided }) }
}

/** "Everybody gets through": proved, violated with a packet, or undecided. */
export function proveAll(analysis: Analysis, hook: Hook, question: Edge): Proof {
  const answer = reach(analysis, hook, question)
  if (answer.verdict === 'always' || answer.verdict === 'empty') return { verdict: 'proved' }
  if (answer.dropped !== undefined) return { verdict: 'violated', witness: answer.dropped }
  return { verdict: 'undecided', ...(answer.undecided === undefined ? {} : { witness: answer.undecided }) }
}

export interface Proof {
  readonly verdict: 'proved' | 'violated' | 'undecided'
  readonly witness?: Witness
}

/** The predicates that decide about one packet whose fate is not certain. */
export function opaqueSupport(space: PacketSpace, set: Edge): string[] {
  return [...support(space.bdd, set)].flatMap((level) => space.opaqueKey(level) ?? [])
}
