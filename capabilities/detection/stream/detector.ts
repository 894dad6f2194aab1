import { Correlator } from '../../../engines/sigma/correlator.ts'
import type { Snapshot } from '../../../engines/sigma/correlator-snapshot.ts'
import { SigmaError } from '../../../engines/sigma/errors.ts'
import type { EventSource, Level } from '../../../engines/sigma/ir.ts'
import { Matcher } from '../../../engines/sigma/matcher.ts'
import type { Pack } from '../../../engines/sigma/pack.ts'

export interface Seen {
  readonly at: number
  readonly arrived: number
  readonly source: EventSource
  readonly fields: Readonly<Record<string, unknown>>
  /** SHA-256 of the line, hex. */
  readonly digest: string
}

/** A rule that fired. */
export interface Fired {
  readonly rule: string
  readonly title: string
  readonly level: Level
  readonly tags: readonly string[]
  /** Event time, ms. */
  readonly at: number
  readonly arrived: number
  /** `src_ip`, `user`, …: what the rule groups by, or what of the event tells who and where. */
  readonly about: Readonly<Record<string, string>>
  /** Digests of the newest events, oldest first. */
  readonly digests: readonly string[]
}

const ABOUT = ['src_ip', 'user', 'host'] as const

/** Rules and correlations over a stream, with a state that can be kept and taken up again. */
export class Detector {
  readonly pack: Pack
  readonly #matcher: Matcher
  readonly #correlator: Correlator

  /** @param snapshot - of the same pack; one of another begins anew */
  constructor(pack: Pack, snapshot: Snapshot | null) {
    this.pack = pack
    this.#matcher = new Matcher(pack)
    this.#correlator = started(pack, snapshot)
  }

  take(seen: Seen): readonly Fired[] {
    const { fields, source, at, arrived, digest } = seen
    const matched = this.#matcher.match(fields as never, source)
    const fired: Fired[] = []
    for (const position of matched) {
      const rule = this.pack.rules[position]
      if (rule === undefined || rule.silent) continue
      fired.push({ ...head(rule), at, arrived, about: aboutOf(fields), digests: [digest] })
    }
    const hits = this.#correlator.observe({ event: fields as never, matched, time: at, arrived, ref: digest })
    for (const { rule: position, at: when, group, refs } of hits) {
      const rule = this.pack.rules[position]
      if (rule === undefined || rule.silent) continue
      fired.push({ ...head(rule), at: when, arrived, about: group, digests: refs })
    }
    return fired
  }

  snapshot(): Snapshot {
    return this.#correlator.snapshot()
  }
}

const head = ({ id, title, level, tags }: Pack['rules'][number]) => ({ rule: id, title, level, tags })

const aboutOf = (fields: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    ABOUT.flatMap((name) => (typeof fields[name] === 'string' ? [[name, (fields[name] as string).slice(0, 255)]] : [])),
  )

function started(pack: Pack, snapshot: Snapshot | null): Correlator {
  if (snapshot === null) return new Correlator(pack)
  try {
    return new Correlator(pack, {}, snapshot)
  } catch (error) {
    // Of other rules than those of today: their counts mean nothing here.
    if (error instanceof SigmaError && error.code === 'stale') return new Correlator(pack)
    throw error
  }
}
