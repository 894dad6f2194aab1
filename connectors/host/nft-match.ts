import { isTemporary, setKey } from './nft-ruleset.ts'
import { expressionText, isObject } from './nft-text.ts'

/** `left op right` of a rule. `right` may be a list that stands for "one of these". */
export interface Match {
  readonly left: unknown
  readonly op: string
  readonly right: unknown
}

/** Looks up the elements of a set of the rule's own table. */
export type Resolve = (name: string) => readonly unknown[] | null

/** Above this many elements a set is named, not written out. */
const WRITTEN_OUT = 256

export const resolver =
  (sets: ReadonlyMap<string, readonly unknown[]>, family: string, table: string): Resolve =>
  (name) =>
    sets.get(setKey(family, table, name)) ?? null

/** Destination ports named by the matches: `tcp 22`, `udp 5000-5010`, `tcp != 25`, `tcp @web`. */
export function portsOf(matches: readonly Match[], resolve: Resolve): string[] {
  const ports: string[] = []
  for (const { left, op, right } of parts(matches, resolve)) {
    const payload = isObject(left) && isObject(left['payload']) ? left['payload'] : null
    if (payload?.['field'] !== 'dport') continue
    // `th` is any transport protocol: those that the rule names beside it, or else both that matter.
    const protocols = payload['protocol'] === 'th' ? transportProtocols(matches) : [String(payload['protocol'])]
    for (const value of valuesOf(right, resolve)) {
      for (const protocol of protocols) ports.push(`${protocol} ${portText(op, value)}`)
    }
  }
  return [...new Set(ports)]
}

/** Source addresses named by the matches: `10.0.0.0/8`, `!= 192.0.2.1`, `@admins`. */
export function sourcesOf(matches: readonly Match[], resolve: Resolve): string[] {
  const sources: string[] = []
  for (const { left, op, right } of parts(matches, resolve)) {
    const payload = isObject(left) && isObject(left['payload']) ? left['payload'] : null
    if (payload?.['field'] !== 'saddr' || (payload['protocol'] !== 'ip' && payload['protocol'] !== 'ip6')) continue
    for (const value of valuesOf(right, resolve)) sources.push(isEquality(op) ? value : `${op} ${value}`)
  }
  return [...new Set(sources)]
}

/**
 * Matches on one field each: `ip saddr . tcp dport == { a . 22, b . 80 }` becomes one for each component. Each holds
 * more than the whole did, never less.
 */
function parts(matches: readonly Match[], resolve: Resolve): readonly Match[] {
  return matches.flatMap((match) => {
    const fields = isObject(match.left) && Array.isArray(match.left['concat']) ? match.left['concat'] : null
    if (fields === null) return [match]
    const elements = elementsOf(match.right, resolve)
    return fields.map((left: unknown, index) => ({
      left,
      op: match.op,
      right: elements === null ? match.right : { set: elements.map((element) => component(element, index)) },
    }))
  })
}

function component(element: unknown, index: number): unknown {
  const bare = isObject(element) && isObject(element['elem']) ? element['elem']['val'] : element
  const values = isObject(bare) ? bare['concat'] : null
  return Array.isArray(values) && index < values.length ? values[index] : bare
}

/** Elements of a named or written set; null for a named one that is empty, unknown, too long or changes by itself. */
function elementsOf(right: unknown, resolve: Resolve): readonly unknown[] | null {
  if (typeof right === 'string' && right.startsWith('@')) {
    const elements = resolve(right.slice(1))
    if (elements === null || elements.length === 0 || elements.length > WRITTEN_OUT || elements.some(isTemporary))
      return null
    return elements
  }
  if (isObject(right) && Array.isArray(right['set'])) return right['set'].length === 0 ? null : right['set']
  return Array.isArray(right) ? right : [right]
}

/** Never empty: a set without elements shows its name, because no value at all would mean "any". */
const valuesOf = (right: unknown, resolve: Resolve): readonly string[] =>
  (elementsOf(right, resolve) ?? [right]).map((value) => expressionText(value).slice(0, 1024))

const isEquality = (op: string): boolean => op === '==' || op === 'in'

function portText(op: string, value: string): string {
  const port = Number(value)
  if (isEquality(op)) return value
  if (!Number.isInteger(port)) return `${op} ${value}`
  if (op === '>=' || op === '>') return `${op === '>' ? port + 1 : port}-65535`
  if (op === '<=' || op === '<') return `0-${op === '<' ? port - 1 : port}`
  return `${op} ${value}`
}

function transportProtocols(matches: readonly Match[]): readonly string[] {
  const named = matches.flatMap(({ left, op, right }) => {
    const text = expressionText(left)
    const isProtocol = text === 'meta l4proto' || text === 'ip protocol' || text === 'ip6 nexthdr'
    return isProtocol && isEquality(op) ? valuesOf(right, () => null) : []
  })
  return named.length > 0 ? named : ['tcp', 'udp']
}
