import { PacketspaceError } from './errors.ts'
import { boundsOf } from './formula-bdd.ts'
import { type Family, type Formula, type Hook, parts, type RuleSet } from './ir.ts'
import { addInterfaces, interfacesOf, PacketSpace } from './packet-fields.ts'
import { type Answer, type Proof, proveAll, proveNone, reach } from './reach.ts'
import { hullOf, RuleIndex } from './rule-index.ts'
import { Analysis } from './summary.ts'

export interface ProverOptions {
  /** Nodes at most, for the whole and for every slice. */
  readonly budget?: number
  /** `auto`: the whole rule set once, slices where that needs too many nodes. */
  readonly mode?: 'auto' | 'whole' | 'slice'
  /** Names of interfaces that questions will use beyond those of the rules. */
  readonly interfaces?: Iterable<string>
}

/**
 * Answers questions about one rule set and family. The whole rule set is summed up at the first question; if that goes beyond the budget,
 * every question gets an analysis of its own, of the rules that can meet it, clipped to its packets. The answers are the same.
 */
export class Prover {
  readonly rules: RuleSet
  readonly family: Family
  readonly #budget: number | undefined
  readonly #interfaces: Set<string>
  readonly #index: RuleIndex
  #mode: 'auto' | 'whole' | 'slice'
  #analysis: Analysis | undefined

  constructor(rules: RuleSet, family: Family, options: ProverOptions = {}) {
    this.rules = rules
    this.family = family
    this.#budget = options.budget
    this.#mode = options.mode ?? 'auto'
    this.#interfaces = interfacesOf(rules)
    for (const name of options.interfaces ?? []) this.#interfaces.add(name)
    this.#index = new RuleIndex(rules, family)
  }

  /** How the last question was answered. */
  get mode(): 'auto' | 'whole' | 'slice' {
    return this.#mode
  }

  /** What a hook does with the packets of a question. @throws PacketspaceError `budget` where even the slice is too much */
  reach(hook: Hook, question: Formula): Answer {
    return this.#ask(hook, question, reach)
  }

  proveNone(hook: Hook, question: Formula): Proof {
    return this.#ask(hook, question, proveNone)
  }

  proveAll(hook: Hook, question: Formula): Proof {
    return this.#ask(hook, question, proveAll)
  }

  #ask<T>(hook: Hook, question: Formula, ask: (analysis: Analysis, hook: Hook, set: number) => T): T {
    if (this.#mode !== 'slice') {
      try {
        const analysis = this.#whole(question)
        return ask(analysis, hook, askable(analysis.space, question))
      } catch (error) {
        if (this.#mode === 'whole' || !(error instanceof PacketspaceError) || error.code !== 'budget') throw error
        this.#analysis = undefined
        this.#mode = 'slice'
      }
    }
    const space = this.#space(question)
    const within = askable(space, question)
    const skip = this.#index.skip(hullOf(question, this.family))
    return ask(new Analysis(space, this.rules, 'bounds', { within, skip }), hook, within)
  }

  #whole(question: Formula): Analysis {
    const before = this.#interfaces.size
    addInterfaces(question, this.#interfaces)
    if (this.#analysis === undefined || this.#interfaces.size !== before)
      this.#analysis = new Analysis(this.#space(question), this.rules)
    return this.#analysis
  }

  #space(question: Formula): PacketSpace {
    addInterfaces(question, this.#interfaces)
    return new PacketSpace(this.family, this.#interfaces, this.#budget)
  }
}

/** The packets of a question. @throws PacketspaceError `unsupported` for a question with predicates that cannot be evaluated */
function askable(space: PacketSpace, question: Formula): number {
  for (const part of parts(question))
    if (part.op === 'opaque') throw new PacketspaceError('unsupported', `a question cannot ask for "${part.key}"`)
  return boundsOf(space, question).may
}
