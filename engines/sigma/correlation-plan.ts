import type { CorrelationRule, Feed } from './correlation-ir.ts'
import { type SigmaEvent, textsOf, valueAt } from './event-fields.ts'
import { fold } from './fold.ts'
import type { Pack } from './pack.ts'

/** What one event says to one correlation: taken out of it at once, so that the event itself need not be kept. */
export interface Share {
  /** Position of the correlation in the pack. */
  readonly rule: number
  /** Position of the reference in the correlation. */
  readonly via: number
  /** The event rule itself is referred to, not a correlation in between. */
  readonly direct: boolean
  /** Folded values of the group, each with its length in front; null where the event lacks one of them. */
  readonly key: string | null
  /** The values as the event has them. */
  readonly group: readonly string[]
  /** Value of the condition's field; several are joined like a key. Null where the event lacks one. */
  readonly value: string | null
}

/** Which correlations the matches of each event rule reach. */
export class CorrelationPlan {
  readonly #feeds = new Map<number, { readonly rule: number; readonly direct: boolean; readonly feed: Feed }[]>()
  readonly #pack: Pack

  constructor(pack: Pack) {
    this.#pack = pack
    for (const [position, rule] of pack.rules.entries()) {
      if (rule.kind !== 'correlation') continue
      for (const feed of rule.feeds) {
        const entry = { rule: position, direct: rule.refs[feed.via] === feed.rule, feed }
        const known = this.#feeds.get(feed.rule)
        if (known === undefined) this.#feeds.set(feed.rule, [entry])
        else known.push(entry)
      }
    }
    // One event's shares in one correlation come with the last reference first: it makes no sequence with itself.
    for (const entries of this.#feeds.values()) entries.sort((a, b) => a.rule - b.rule || b.feed.via - a.feed.via)
  }

  /** Correlations above another, with the position of their reference to it. */
  above(position: number): readonly { readonly rule: number; readonly via: number }[] {
    return this.#pack.rules.flatMap((rule, i) => {
      const via = rule.kind === 'correlation' ? rule.refs.indexOf(position) : -1
      return via < 0 ? [] : [{ rule: i, via }]
    })
  }

  /** True where no correlation is interested. */
  idle(matched: readonly number[]): boolean {
    for (const rule of matched) if (this.#feeds.has(rule)) return false
    return true
  }

  /** The shares of an event that matched some rules. */
  sharesOf(event: SigmaEvent, matched: readonly number[]): Share[] {
    const shares: Share[] = []
    for (const matchedRule of matched) {
      for (const { rule, direct, feed } of this.#feeds.get(matchedRule) ?? []) {
        const group = this.#read(event, feed.group)
        const value = this.#read(event, feed.value)
        shares.push({
          rule,
          via: feed.via,
          direct,
          key: group === null ? null : keyOf(group),
          group: group ?? [],
          value: value === null ? null : value.length === 1 ? (value[0] as string) : keyOf(value),
        })
      }
    }
    if (matched.length > 1) shares.sort((a, b) => a.rule - b.rule || b.via - a.via)
    return shares
  }

  #read(event: SigmaEvent, fields: readonly number[]): string[] | null {
    const texts: string[] = []
    for (const field of fields) {
      const value = valueAt(event, this.#pack.fields[field] ?? [])
      const text = typeof value === 'string' ? value : textsOf(value)[0]
      if (text === undefined) return null
      texts.push(text)
    }
    return texts
  }
}

/** Upper and lower case are one, as everywhere in Sigma: else an attacker would choose his own groups. */
function keyOf(values: readonly string[]): string {
  const [only] = values
  if (values.length === 1 && only !== undefined) return fold(only)
  return values.map((value) => `${value.length}:${fold(value)}`).join('')
}

/** The correlations of a pack, by position. */
export function correlationsOf(pack: Pack): ReadonlyMap<number, CorrelationRule> {
  const rules = new Map<number, CorrelationRule>()
  for (const [i, rule] of pack.rules.entries()) if (rule.kind === 'correlation') rules.set(i, rule)
  return rules
}
