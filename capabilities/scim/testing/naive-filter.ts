/** A filter as a tree of what is meant; {@link filterText} writes it down. */
export type Wanted =
  | { readonly all: readonly Wanted[] }
  | { readonly any: readonly Wanted[] }
  | { readonly no: Wanted }
  | { readonly has: string }
  | { readonly path: string; readonly by: string; readonly value: string | boolean | null }
  | { readonly of: string; readonly that: Wanted }

/** @param loud - names and operators in capitals, more spaces, more parentheses */
export function filterText(wanted: Wanted, loud: boolean): string {
  const cry = (text: string) => (loud ? text.toUpperCase() : text)
  if ('all' in wanted) return wanted.all.map((one) => grouped(one, loud)).join(cry(' and '))
  if ('any' in wanted) return wanted.any.map((one) => grouped(one, loud)).join(cry(' or '))
  if ('no' in wanted) return `${cry('not')}${loud ? '  ' : ' '}(${filterText(wanted.no, loud)})`
  if ('has' in wanted) return `${cry(wanted.has)} ${cry('pr')}`
  if ('of' in wanted) return `${cry(wanted.of)}[${filterText(wanted.that, loud)}]`
  return `${cry(wanted.path)}  ${cry(wanted.by)} ${JSON.stringify(wanted.value)}`
}

/** `and` binds before `or`, so a conjunction in a disjunction needs no parentheses. */
const grouped = (wanted: Wanted, loud: boolean): string => {
  const text = filterText(wanted, loud)
  return 'any' in wanted || ('all' in wanted && loud) ? `(${text})` : text
}

type Json = Readonly<Record<string, unknown>>

/** Whether a resource, as it is told, fulfils a filter. Written without a look at the server's own way. */
export function fulfils(wanted: Wanted, json: Json): boolean {
  if ('all' in wanted) return !wanted.all.some((one) => !fulfils(one, json))
  if ('any' in wanted) return wanted.any.some((one) => fulfils(one, json))
  if ('no' in wanted) return !fulfils(wanted.no, json)
  // Of several objects one with anything in it is enough.
  const nodes = 'has' in wanted ? json[wanted.has] : undefined
  if (Array.isArray(nodes)) return nodes.some((one: Json) => Object.values(one).some((part) => part !== ''))
  if ('has' in wanted) return reach(json, wanted.has).some((one) => one !== '')
  if ('of' in wanted) return ((json[wanted.of] ?? []) as Json[]).some((one) => fulfils(wanted.that, one))
  const found = reach(json, wanted.path)
  if (wanted.value === null) return wanted.by === 'eq' ? found.length === 0 : found.length > 0
  if (found.length === 0) return wanted.by === 'ne'
  return found.some((one) => compare(wanted.by, one, wanted.value, /externalid/i.test(wanted.path)))
}

function compare(by: string, a: unknown, b: unknown, exact: boolean): boolean {
  if (typeof a === 'boolean') return by === 'eq' ? a === b : a !== b
  const [x, y] = exact ? [String(a), String(b)] : [String(a).toLowerCase(), String(b).toLowerCase()]
  const order = x < y ? -1 : x > y ? 1 : 0
  if (by === 'eq') return order === 0
  if (by === 'ne') return order !== 0
  if (by === 'co') return x.indexOf(y) >= 0
  if (by === 'sw') return x.indexOf(y) === 0
  if (by === 'ew') return x.slice(x.length - y.length) === y && x.length >= y.length
  if (by === 'gt') return order > 0
  if (by === 'ge') return order >= 0
  return by === 'lt' ? order < 0 : order <= 0
}

/** Every simple value under a path; of several objects the part `value`, where no other is named. */
function reach(json: Json, path: string): readonly unknown[] {
  const [head = '', tail] = path.split('.')
  const value = json[head]
  if (value === undefined) return []
  if (Array.isArray(value))
    return value.flatMap((one: Json) => (one[tail ?? 'value'] === undefined ? [] : [one[tail ?? 'value']]))
  if (typeof value !== 'object' || value === null) return [value]
  if (tail === undefined) return Object.values(value)
  return (value as Json)[tail] === undefined ? [] : [(value as Json)[tail]]
}
