import type { Fact } from '../../facts/kinds.ts'
import { clip } from './clip.ts'
import { type Match, portsOf, type Resolve, resolver, sourcesOf } from './nft-match.ts'
import type { NftRuleObject, Ruleset } from './nft-ruleset.ts'
import { compact, expressionText, isObject, type Json } from './nft-text.ts'

/**
 * The rows of all rules of a rule set, in order. A verdict map counts as one rule for each of its verdicts: their keys
 * exclude each other, so the order among them does not matter.
 *
 * @param isInForce - false for tables that are loaded but dormant
 */
export function ruleRows(
  ruleset: Ruleset,
  isInForce: (family: string, table: string) => boolean,
): readonly Fact<'nft_rule'>[] {
  const positions = new Map<string, number>()
  return ruleset.rules
    .filter((rule) => isInForce(rule.family, rule.table))
    .flatMap((rule) =>
      expand(rule, ruleset).map((row) => {
        const chain = `${rule.family} ${rule.table} ${rule.chain}`
        const position = (positions.get(chain) ?? 0) + 1
        positions.set(chain, position)
        return { ...row, position }
      }),
    )
}

/** What a rule says once its statements are read: several where a verdict map splits it. */
interface Branch {
  readonly matches: readonly Match[]
  readonly texts: readonly string[]
  readonly verdict: string
}

function expand(rule: NftRuleObject, ruleset: Ruleset): readonly Omit<Fact<'nft_rule'>, 'position'>[] {
  const resolve = resolver(ruleset.sets, rule.family, rule.table)
  let branches: readonly Branch[] = [{ matches: [], texts: [], verdict: 'none' }]
  for (const statement of rule.statements) branches = branches.flatMap((branch) => step(branch, statement, resolve))
  return branches.map(({ matches, texts, verdict }) => ({
    family: rule.family,
    tableName: rule.table,
    chain: rule.chain,
    verdict: clip(verdict, 512),
    matches: texts.map((text) => clip(text, 4096)),
    ports: portsOf(matches, resolve),
    sources: sourcesOf(matches, resolve),
    comment: rule.comment === null ? null : clip(rule.comment, 4096),
  }))
}

function step(branch: Branch, statement: unknown, resolve: Resolve): readonly Branch[] {
  const also = (text: string): readonly Branch[] => [{ ...branch, texts: [...branch.texts, text] }]
  if (!isObject(statement)) return also(expressionText(statement))
  const [kind] = Object.keys(statement)
  if (kind === undefined) return [branch]
  const inner = statement[kind]
  if (kind === 'match' && isObject(inner)) return [withMatch(branch, matchOf(inner))]
  if (kind === 'vmap' && isObject(inner)) return verdictMap(branch, inner, resolve)
  const verdict = verdictOf(kind, inner)
  if (verdict !== null) return [{ ...branch, verdict }]
  if (WITHOUT_EFFECT_ON_MATCH.has(kind)) return [branch]
  if (kind === 'xt' && isObject(inner) && inner['type'] === 'target') return [branch]
  // Remembering an address restricts nothing, unless it is tied to a limit.
  if ((kind === 'set' || kind === 'map') && isObject(inner) && inner['stmt'] === undefined) return [branch]
  // A further condition, or something that this reader does not know: never silently nothing.
  return also(expressionText(statement))
}

const matchOf = (inner: Json): Match => ({
  left: inner['left'],
  op: String(inner['op'] ?? '=='),
  right: inner['right'],
})

const withMatch = (branch: Branch, match: Match): Branch => ({
  ...branch,
  matches: [...branch.matches, match],
  texts: [...branch.texts, `${expressionText(match.left)} ${match.op} ${expressionText(match.right)}`],
})

/** Statements that neither restrict what the rule fits nor decide about it (libnftables-json(5), "STATEMENTS"). */
const WITHOUT_EFFECT_ON_MATCH = new Set([
  'counter',
  'log',
  'mangle',
  'notrack',
  'dup',
  'ct helper',
  'ct timeout',
  'ct expectation',
  'flow',
  'secmark',
  'last',
  'continue',
])

/** Statements after which no further rule of the chain sees the packet. */
const FINAL = new Set([
  'accept',
  'drop',
  'return',
  'reject',
  'queue',
  'dnat',
  'snat',
  'masquerade',
  'redirect',
  'tproxy',
  'fwd',
  'synproxy',
])

function verdictOf(kind: string, inner: unknown): string | null {
  if (FINAL.has(kind)) return kind
  if ((kind === 'jump' || kind === 'goto') && isObject(inner)) return `${kind}:${expressionText(inner['target'])}`
  if (kind === 'xt' && isObject(inner) && inner['type'] === 'target') {
    const target = String(inner['name']).toLowerCase()
    return FINAL.has(target) ? target : null
  }
  return null
}

/** One branch for each verdict of a map, with the keys that lead to it; a map that cannot be read stays as text. */
function verdictMap(branch: Branch, inner: Json, resolve: Resolve): readonly Branch[] {
  const key = inner['key']
  const entries = mapEntries(inner['data'], resolve)
  if (entries === null) {
    return [{ ...branch, texts: [...branch.texts, `${expressionText(key)} vmap ${expressionText(inner['data'])}`] }]
  }
  const byVerdict = Map.groupBy(entries, ([, target]) => entryVerdict(target))
  return [...byVerdict].map(([verdict, group]) => ({
    ...withMatch(branch, {
      left: key,
      op: '==',
      right: group.length === 1 ? group[0]?.[0] : { set: group.map(([value]) => value) },
    }),
    verdict,
  }))
}

function mapEntries(data: unknown, resolve: Resolve): readonly (readonly [unknown, unknown])[] | null {
  const named = typeof data === 'string' && data.startsWith('@') ? resolve(data.slice(1)) : null
  const entries: unknown = named ?? (isObject(data) ? data['set'] : null)
  if (!Array.isArray(entries) || entries.length === 0) return null
  const pairs = entries.flatMap((entry: unknown) =>
    Array.isArray(entry) && entry.length === 2 ? [[entry[0], entry[1]] as const] : [],
  )
  return pairs.length === entries.length ? pairs : null
}

function entryVerdict(target: unknown): string {
  const [kind] = isObject(target) ? Object.keys(target) : []
  if (kind === undefined || !isObject(target) || kind === 'continue') return 'none'
  return verdictOf(kind, target[kind]) ?? `unknown:${compact(target)}`
}
