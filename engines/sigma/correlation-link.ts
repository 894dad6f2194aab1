import type { CorrelationRule, Feed } from './correlation-ir.ts'
import type { CorrelationDraft } from './correlation-rule.ts'
import { type Problem, problemOf, SigmaError } from './errors.ts'
import type { EventRule, Logsource } from './ir.ts'

type Numbering = (name: string, logsource: Logsource) => number
type Resolver = (name: string) => number

/** An event rule that feeds a correlation, and how names are looked up in its events. */
interface Source {
  readonly rule: number
  readonly resolve: Resolver
}

/**
 * Looks up the rules that correlations name, and where their fields lie in the events below. Event rules come first in the
 * result, then correlations, each behind those that it names. Rules that a correlation names are silent unless it says
 * `generate`. A correlation whose rule is missing, or that stands on itself, is a problem; so are those that stand on it.
 */
export function linkCorrelations(
  events: readonly EventRule[],
  drafts: readonly CorrelationDraft[],
  fieldNumber: Numbering,
  problems: Problem[],
): (EventRule | CorrelationRule)[] {
  const linker = new Linker(events, drafts, fieldNumber, problems)
  for (const draft of drafts) linker.link(draft)
  return linker.rules()
}

class Linker {
  readonly #events: readonly EventRule[]
  readonly #byName = new Map<string, number | CorrelationDraft>()
  readonly #fieldNumber: Numbering
  readonly #problems: Problem[]
  readonly #linked = new Map<CorrelationDraft, number | 'open' | 'broken'>()
  readonly #made: CorrelationRule[] = []
  readonly #drafts: CorrelationDraft[] = []
  readonly #sources: (readonly Source[])[] = []
  readonly #silent = new Set<number>()
  readonly #loud = new Set<number>()

  constructor(
    events: readonly EventRule[],
    drafts: readonly CorrelationDraft[],
    number: Numbering,
    problems: Problem[],
  ) {
    this.#events = events
    this.#fieldNumber = number
    this.#problems = problems
    for (const [i, rule] of events.entries())
      for (const name of [rule.id, rule.name]) if (name !== null) this.#byName.set(name, i)
    for (const draft of drafts)
      for (const name of [draft.head.id, draft.head.name]) if (name !== null) this.#byName.set(name, draft)
  }

  rules(): (EventRule | CorrelationRule)[] {
    const silent = (i: number) => this.#silent.has(i) && !this.#loud.has(i)
    return [
      ...this.#events.map((rule, i) => (silent(i) ? { ...rule, silent: true } : rule)),
      ...this.#made.map((rule, i) => (silent(this.#events.length + i) ? { ...rule, silent: true } : rule)),
    ]
  }

  /** Position of a correlation in the result, null where it could not be made. */
  link(draft: CorrelationDraft): number | null {
    const known = this.#linked.get(draft)
    if (typeof known === 'number') return known
    if (known === 'broken') return null
    try {
      if (known === 'open') throw new SigmaError('malformed', 'the correlation stands on itself')
      this.#linked.set(draft, 'open')
      const position = this.#make(draft)
      this.#linked.set(draft, position)
      return position
    } catch (error) {
      if (this.#linked.get(draft) !== 'broken') this.#problems.push(problemOf(error, draft.place, draft.head.id))
      this.#linked.set(draft, 'broken')
      return null
    }
  }

  #make(draft: CorrelationDraft): number {
    const refs = draft.refs.map((name) => this.#find(name))
    const sources: Source[] = []
    const feeds: Feed[] = []
    for (const [via, ref] of refs.entries()) {
      for (const below of this.#below(ref)) {
        const resolve: Resolver = (name) => this.#through(draft, via, ref, below, name)
        feeds.push({ rule: below.rule, via, group: draft.groupBy.map(resolve), value: draft.fields.map(resolve) })
        // A correlation above sees this one's groups under their names, and else the event below.
        sources.push({
          rule: below.rule,
          resolve: (name) => (draft.groupBy.includes(name) ? resolve(name) : below.resolve(name)),
        })
      }
    }
    for (const ref of refs) (draft.generate ? this.#loud : this.#silent).add(ref)
    const { head, type, groupBy, spanMs, bounds, ways, percentile } = draft
    this.#made.push({
      kind: 'correlation',
      ...head,
      silent: false,
      type,
      refs,
      groupBy,
      spanMs,
      bounds,
      ways,
      percentile,
      feeds,
    })
    this.#drafts.push(draft)
    this.#sources.push(sources)
    return this.#events.length + this.#made.length - 1
  }

  #find(name: string): number {
    const found = this.#byName.get(name)
    if (found === undefined) throw new SigmaError('unresolved', `no rule "${name.slice(0, 128)}"`)
    if (typeof found === 'number') return found
    const position = this.link(found)
    if (position === null)
      throw new SigmaError('unresolved', `the correlation "${name.slice(0, 128)}" could not be made`)
    return position
  }

  #below(ref: number): readonly Source[] {
    const event = this.#events[ref]
    if (event === undefined) return this.#sources[ref - this.#events.length] ?? []
    return [{ rule: ref, resolve: (name) => this.#fieldNumber(name, event.logsource) }]
  }

  /** A field of `group-by`: an alias for the rule named, or for the event rule below it, else the name itself. */
  #through(draft: CorrelationDraft, via: number, ref: number, below: Source, name: string): number {
    const alias = draft.aliases.get(name)
    if (alias === undefined) return below.resolve(name)
    const own = ref < this.#events.length ? this.#events[ref] : this.#made[ref - this.#events.length]
    const under = this.#events[below.rule]
    for (const rule of [draft.refs[via], own?.name, own?.id, under?.name, under?.id]) {
      const field = rule === undefined || rule === null ? undefined : alias.get(rule)
      if (field !== undefined) return below.resolve(field)
    }
    throw new SigmaError(
      'unresolved',
      `alias "${name.slice(0, 128)}" says nothing of the rule "${draft.refs[via]?.slice(0, 128)}"`,
    )
  }
}
