import { type Edge, FALSE, TRUE } from './bdd.ts'
import type { PacketSpace } from './packet-fields.ts'

/** What may become of packets: fall through, be accepted, be dropped, return to the caller. A packet may be in several. */
export interface MaySets {
  readonly pass: Edge
  readonly accept: Edge
  readonly drop: Edge
  readonly back: Edge
}

/**
 * What a list of rules does. Where every match is certain it is one verdict function; where a stateful predicate is involved it is four sets
 * of packets, which overlap where the predicate decides.
 */
export class Summary {
  /** The verdict function (see `verdicts.ts`), undefined where the summary is not exact. */
  readonly verdict: Edge | undefined
  #sets: MaySets | undefined

  private constructor(verdict: Edge | undefined, sets: MaySets | undefined) {
    this.verdict = verdict
    this.#sets = sets
  }

  static exact(verdict: Edge): Summary {
    return new Summary(verdict, undefined)
  }

  static may(sets: MaySets): Summary {
    return new Summary(undefined, sets)
  }

  sets({ verdicts }: PacketSpace): MaySets {
    const verdict = this.verdict ?? verdicts.pass
    this.#sets ??= {
      pass: verdicts.ends(verdict, 'pass'),
      accept: verdicts.ends(verdict, 'accept'),
      drop: verdicts.ends(verdict, 'drop'),
      back: verdicts.ends(verdict, 'back'),
    }
    return this.#sets
  }
}

/** No rule: everything falls through. */
export const EMPTY = Summary.may({ pass: TRUE, accept: FALSE, drop: FALSE, back: FALSE })

/** First one, then the other; associative, which is what makes the tree possible. */
export function compose(space: PacketSpace, first: Summary, then: Summary): Summary {
  if (first === EMPTY) return then
  if (then === EMPTY) return first
  if (first.verdict !== undefined && then.verdict !== undefined)
    return Summary.exact(space.verdicts.sequence(first.verdict, then.verdict))
  const { bdd } = space
  const [a, b] = [first.sets(space), then.sets(space)]
  const on = (f: Edge): Edge => bdd.and(a.pass, f)
  return Summary.may({
    pass: on(b.pass),
    accept: bdd.or(a.accept, on(b.accept)),
    drop: bdd.or(a.drop, on(b.drop)),
    back: bdd.or(a.back, on(b.back)),
  })
}
