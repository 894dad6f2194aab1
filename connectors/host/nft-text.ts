/** Nothing real is nested deeper; what is, becomes an ellipsis. */
const DEPTH = 24

export type Json = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * An expression of `nft -j` (libnftables-json(5), "EXPRESSIONS") as nft writes it in text. What is not known here
 * becomes its name and its JSON, so that it is seen and never lost.
 */
export function expressionText(value: unknown, depth = 0): string {
  if (depth > DEPTH) return '…'
  const text = (inner: unknown): string => expressionText(inner, depth + 1)
  if (Array.isArray(value)) return value.map(text).join(',')
  if (!isObject(value)) return String(value)
  const [kind, ...others] = Object.keys(value)
  if (kind === undefined || others.length > 0) return compact(value)
  const inner = value[kind]
  if (Array.isArray(inner)) return listText(kind, inner, text)
  if (isObject(inner)) return objectText(kind, inner, text)
  return `${kind} ${text(inner)}`
}

/** JSON on one line, without failing on what is nested too deep. */
export function compact(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null'
  } catch {
    return '…'
  }
}

function listText(kind: string, items: readonly unknown[], text: (value: unknown) => string): string {
  switch (kind) {
    case 'set':
      return items.length === 0
        ? '{ }'
        : `{ ${items.map((item) => (Array.isArray(item) ? item.map(text).join(' : ') : text(item))).join(', ')} }`
    case 'range':
      return items.map(text).join('-')
    case 'concat':
      return items.map(text).join(' . ')
    case '&':
    case '|':
    case '^':
    case '<<':
    case '>>':
      return items.map(text).join(` ${kind} `)
    default:
      return `${kind} ${compact(items)}`
  }
}

/** Keys of meta that nft writes without the word. */
const BARE_META = new Set(['iif', 'iifname', 'oif', 'oifname', 'iifgroup', 'oifgroup'])

function objectText(kind: string, inner: Json, text: (value: unknown) => string): string {
  switch (kind) {
    case 'payload':
      return inner['field'] === undefined
        ? `@${text(inner['base'])},${text(inner['offset'])},${text(inner['len'])}`
        : `${text(inner['protocol'])} ${text(inner['field'])}`
    case 'meta':
      return BARE_META.has(String(inner['key'])) ? text(inner['key']) : `meta ${text(inner['key'])}`
    case 'ct':
      return ['ct', inner['dir'], inner['family'], inner['key']]
        .filter((part) => part !== undefined)
        .map(text)
        .join(' ')
    case 'prefix':
      return `${text(inner['addr'])}/${text(inner['len'])}`
    case 'elem':
      return text(inner['val'])
    case 'fib':
      return `fib ${(Array.isArray(inner['flags']) ? inner['flags'] : [inner['flags']]).map(text).join(' . ')} ${text(inner['result'])}`
    case 'map':
      return `${text(inner['key'])} map ${text(inner['data'])}`
    case 'limit':
      return `limit rate ${over(inner)}${text(inner['rate'])}/${text(inner['per'] ?? 'second')}`
    case 'ct count':
      return `ct count ${over(inner)}${text(inner['val'])}`
    case 'xt':
      return `xt ${text(inner['name'])}`
    default:
      return `${kind} ${compact(inner)}`
  }
}

const over = (inner: Json): string => (inner['inv'] === true ? 'over ' : '')
