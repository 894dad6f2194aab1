import { isObject, type Json } from './nft-keys.ts'

/** What the rules of a rule set write while packets pass. */
export interface Writes {
  /** Names of sets and maps that packets change. */
  readonly sets: ReadonlySet<string>
  readonly mangled: boolean
  /** Whether an expression reads something that a rule writes. */
  readonly reads: (expression: Json) => boolean
}

/** Finds every `mangle` and every update of a set in the statements of all rules. */
export function readWrites(bodies: readonly Json[]): Writes {
  const sets = new Set<string>()
  const keys = new Set<string>()
  const walk = (json: Json): void => {
    if (Array.isArray(json)) for (const part of json as readonly Json[]) walk(part)
    if (!isObject(json)) return
    for (const [name, body] of Object.entries(json)) {
      if (isObject(body)) {
        const target = body['set'] ?? body['map']
        if ((name === 'set' || name === 'map') && 'op' in body && typeof target === 'string')
          sets.add(target.replace(/^@/, ''))
        if (name === 'meter' && typeof body['name'] === 'string') sets.add(body['name'])
        if (name === 'mangle') keys.add(JSON.stringify(body['key'] ?? null))
      }
      walk(body)
    }
  }
  for (const body of bodies) if (isObject(body) && Array.isArray(body['expr'])) walk(body['expr'] as Json)
  const th = [...keys].some((key) => /"field":"[sd]port"/.test(key))
  const reads = (expression: Json): boolean => {
    if (keys.size === 0) return false
    const text = JSON.stringify(expression)
    return (
      [...keys].some((key) => text.includes(key)) || (th && /"field":"[sd]port"/.test(text)) || text.includes('"base":')
    )
  }
  return { sets, mangled: keys.size > 0, reads }
}
