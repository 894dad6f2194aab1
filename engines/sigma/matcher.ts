import type { SigmaEvent } from './event-fields.ts'
import { fold } from './fold.ts'
import { Frame } from './frame.ts'
import { Group } from './group.ts'
import type { EventRule, EventSource, Node } from './ir.ts'
import type { Pack } from './pack.ts'
import { fits } from './pipeline.ts'
import { Router } from './router.ts'
import type { Clue, Cost } from './witness.ts'

/** Log sources that one matcher keeps an index for; a hostile stream may name a new one with every event. */
const MAX_GROUPS = 512

/**
 * Matches events against the event rules of a pack. Not to be used from two places at once: it works in buffers of its own.
 * The index of a log source is built with its first event.
 */
export class Matcher {
  readonly pack: Pack
  readonly #frame: Frame
  readonly #groups = new Map<string, Group>()
  /** Groups by the object that named them: most callers have one for each source. */
  readonly #known = new WeakMap<EventSource, Group>()
  readonly #router: Router
  #last: Group | null = null

  constructor(pack: Pack) {
    this.pack = pack
    this.#frame = new Frame(pack.fields)
    this.#router = new Router(pack.routes)
  }

  /**
   * Positions in `pack.rules` of the event rules that hold, ascending; silent rules are among them.
   * `source` is what the caller knows of the event's log; the routes of the pipeline add to it. Its index is found by the object:
   * have one for each source, and do not change it.
   */
  match(event: SigmaEvent, source: EventSource): number[] {
    const routed = this.#router.route(event, source)
    let group = this.#known.get(routed)
    if (group === undefined) {
      group = this.#groupOf(routed)
      this.#known.set(routed, group)
    }
    this.#last = group
    this.#frame.begin(event)
    return group.match(this.#frame)
  }

  /** How many rules the last event was judged by: what the index let through. */
  get judged(): number {
    return this.#last?.judged ?? 0
  }

  /** How the index does for a log source: rules that fit it, rules that every event is judged by. */
  judgedBy(source: EventSource): { readonly rules: number; readonly linear: number } {
    const rules = this.pack.rules.filter((rule) => rule.kind === 'event' && fits(rule.logsource, source)).length
    return { rules, linear: this.#groupOf(source).linear }
  }

  #groupOf(source: EventSource): Group {
    const key = `${source.product ?? ''}\n${source.category ?? ''}\n${source.service ?? ''}\n${source.also?.join('\n') ?? ''}`
    const known = this.#groups.get(key)
    if (known !== undefined) return known
    const rules: EventRule[] = []
    const positions: number[] = []
    for (const [i, rule] of this.pack.rules.entries()) {
      if (rule.kind !== 'event' || !fits(rule.logsource, source)) continue
      rules.push(rule)
      positions.push(i)
    }
    const group = new Group(rules, positions, costOf(rules))
    if (this.#groups.size >= MAX_GROUPS) {
      const [oldest] = this.#groups.keys()
      if (oldest !== undefined) this.#groups.delete(oldest)
    }
    this.#groups.set(key, group)
    return group
  }
}

/**
 * Guesses how often a clue is seen: a literal that many rules name is a common one (`\\cmd.exe`, `EXECVE`), a long one is
 * rare. Short literals inside of a text cost the passes that look for them. Only the order matters, and only for speed.
 */
function costOf(rules: readonly EventRule[]): Cost {
  const uses = new Map<string, number>()
  for (const rule of rules) count(rule.cond, uses)
  return ({ lies, text }: Clue) => {
    if (lies === 'any') return 1000
    const rare = (uses.get(text) ?? 1) / 2 ** (Math.min(12, text.length) / 2)
    const everyday = COMMON.test(text) ? 50 : 1
    if (lies !== 'inside') return rare * everyday
    return rare * everyday * (text.length >= 8 ? 2 : text.length >= 5 ? 6 : 20)
  }
}

/** What rules name and nearly every system shows. */
const COMMON =
  /^(?:microsoft corporation|c:\\windows\\(?:system32\\)?|.*\\(?:explorer|svchost|services|cmd|powershell|chrome|msedge)\.exe|.*authori.*|system|s-1-16-16384|true|false|get|post|200|root|syscall|execve|path|\/usr\/bin\/?|\/bin\/?|\.exe|\.dll)$/

function count(node: Node, uses: Map<string, number>): void {
  switch (node.k) {
    case 'not':
      count(node.of, uses)
      break
    case 'and':
    case 'or':
      for (const one of node.of) count(one, uses)
      break
    default:
      for (const test of node.any) {
        if (test.t !== 'text') continue
        for (const part of test.parts) {
          if (typeof part !== 'string') continue
          const text = fold(part)
          uses.set(text, (uses.get(text) ?? 0) + 1)
        }
      }
  }
}
