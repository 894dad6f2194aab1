import { Correlator } from '../correlator.ts'
import type { CorrelationHit, CorrelatorLimits } from '../correlator-io.ts'
import type { SigmaEvent } from '../event-fields.ts'
import { Matcher } from '../matcher.ts'
import type { Pack } from '../pack.ts'
import { SOURCE, soundPack } from './rules.ts'

/** Rules `a`, `b`, `c`, `d`, which match the events of kind `a`, `b`, … */
export const KINDS = ['a', 'b', 'c', 'd']
  .map(
    (kind) =>
      `title: ${kind}\nname: ${kind}\nlogsource: { product: test }\ndetection: { s: { kind: ${kind} }, condition: s }\n`,
  )
  .join('---\n')

/** A pack of the four rules and correlations, each with a name and its body in flow style. */
export function correlationPack(...correlations: [string, string][]): Pack {
  const documents = correlations.map(([name, body]) => `title: ${name}\nname: ${name}\ncorrelation: ${body}\n`)
  return soundPack([KINDS, ...documents].join('---\n'))
}

/** An event at a second. */
export interface Happening extends SigmaEvent {
  readonly t: number
  readonly kind: string
}

/** Feeds events through matcher and correlator; hits as `name@second group`. */
export class Stream {
  readonly pack: Pack
  readonly #matcher: Matcher
  correlator: Correlator

  constructor(pack: Pack, limits: Partial<CorrelatorLimits> = {}) {
    this.pack = pack
    this.#matcher = new Matcher(pack)
    this.correlator = new Correlator(pack, limits)
  }

  feed(...events: readonly Happening[]): string[] {
    return events.flatMap((event) => {
      const hits = this.correlator.observe({
        event,
        matched: this.#matcher.match(event, SOURCE),
        time: event.t * 1000,
        arrived: event.t * 1000,
        ref: String(event['ref'] ?? ''),
      })
      return hits.map((hit) => this.told(hit))
    })
  }

  advance(second: number): string[] {
    return this.correlator.advance(second * 1000).map((hit) => this.told(hit))
  }

  told(hit: CorrelationHit): string {
    const group = Object.values(hit.group).join('+')
    return `${this.pack.rules[hit.rule]?.name}@${hit.at / 1000}${group === '' ? '' : ` ${group}`}`
  }
}

export const at = (t: number, kind: string, more: Record<string, unknown> = {}): Happening => ({ t, kind, ...more })
