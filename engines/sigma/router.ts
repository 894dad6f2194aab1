import { type SigmaEvent, textsOf } from './event-fields.ts'
import { getterOf } from './field-getter.ts'
import { fold } from './fold.ts'
import type { EventSource } from './ir.ts'
import type { RouteTable } from './pipeline.ts'

/** Spellings of keys that are remembered per table. */
const MAX_KNOWN = 4096

interface Table {
  readonly getters: readonly ((event: SigmaEvent) => unknown)[]
  readonly to: RouteTable['to']
  /** Keys as events spell them. */
  readonly known: Map<string, EventSource | null>
}

/**
 * Tells the log source of an event: what the caller says, and what its own values say, table after table. Equal answers for
 * one caller's object are one object, so that whoever asks can go by identity.
 */
export class Router {
  readonly #tables: readonly Table[]
  readonly #merged = new WeakMap<EventSource, Map<EventSource, EventSource>>()

  constructor(tables: readonly RouteTable[]) {
    this.#tables = tables.map(({ by, to }) => ({ getters: by.map((path) => getterOf([path])), to, known: new Map() }))
  }

  route(event: SigmaEvent, given: EventSource): EventSource {
    let source = given
    for (const table of this.#tables) {
      const said = lookUp(table, event)
      if (said !== null) source = this.#merge(source, said)
    }
    return source
  }

  #merge(source: EventSource, said: EventSource): EventSource {
    let of = this.#merged.get(source)
    if (of === undefined) {
      of = new Map()
      this.#merged.set(source, of)
    }
    let merged = of.get(said)
    if (merged === undefined) {
      merged = { ...source, ...said }
      of.set(said, merged)
    }
    return merged
  }
}

function lookUp({ getters, to, known }: Table, event: SigmaEvent): EventSource | null {
  let key = ''
  for (let i = 0; i < getters.length; i++) {
    const value = (getters[i] as (event: SigmaEvent) => unknown)(event)
    if (value === undefined) return null
    const text = typeof value === 'string' || typeof value === 'number' ? value : (textsOf(value)[0] ?? '')
    key = i === 0 ? String(text) : `${key}|${text}`
  }
  const seen = known.get(key)
  if (seen !== undefined) return seen
  const folded = fold(key)
  const said = Object.hasOwn(to, folded) ? (to[folded] ?? null) : null
  if (known.size < MAX_KNOWN) known.set(key, said)
  return said
}
