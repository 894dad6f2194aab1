import type { MatchBlock, SavedRules } from './iptables-save.ts'
import type { NftRuleObject, Ruleset } from './nft-ruleset.ts'
import { isObject } from './nft-text.ts'

/**
 * nft shows a match of iptables-nft as its bare name (`xt conntrack`). Here it becomes what iptables-save says of the
 * same rule: as a match of nft where there is one, else as text. A chain in which the two do not have the same number
 * of rules stays as it is.
 *
 * @param saved - by family, `ip` from iptables-save and `ip6` from ip6tables-save
 */
export function withIptablesMatches(ruleset: Ruleset, saved: ReadonlyMap<string, SavedRules>): Ruleset {
  const counts = new Map<string, number>()
  for (const rule of ruleset.rules) counts.set(keyOf(rule), (counts.get(keyOf(rule)) ?? 0) + 1)
  const places = new Map<string, number>()
  const rules = ruleset.rules.map((rule) => {
    const key = keyOf(rule)
    const place = places.get(key) ?? 0
    places.set(key, place + 1)
    const lines = saved.get(rule.family)?.get(`${rule.table} ${rule.chain}`)
    const blocks = lines?.length === counts.get(key) ? lines?.[place] : undefined
    return blocks === undefined ? rule : translate(rule, blocks)
  })
  return { ...ruleset, rules }
}

/** True where a rule has a match that nft shows only by name. */
export const hasBareMatches = ({ rules }: Ruleset, family: string): boolean =>
  rules.some((rule) => rule.family === family && rule.statements.some((statement) => bareMatch(statement) !== null))

const keyOf = (rule: NftRuleObject): string => `${rule.family} ${rule.table} ${rule.chain}`

function bareMatch(statement: unknown): string | null {
  const xt = isObject(statement) ? statement['xt'] : null
  return isObject(xt) && xt['type'] === 'match' ? String(xt['name']) : null
}

function translate(rule: NftRuleObject, blocks: readonly MatchBlock[]): NftRuleObject {
  const pending = [...blocks]
  let comment = rule.comment
  const statements = rule.statements.flatMap((statement) => {
    const name = bareMatch(statement)
    if (name === null) return [statement]
    // Blocks in between are those that nft shows as its own matches: tcp, udp, limit.
    const at = pending.findIndex((block) => block.name === name || (block.name === 'state' && name === 'conntrack'))
    const [block] = at < 0 ? [] : pending.splice(0, at + 1).slice(-1)
    if (block === undefined) return [statement]
    if (name !== 'comment')
      return matchesOf(block, protocolOf(rule)) ?? [{ xt: { type: 'match', name: [name, ...block.words].join(' ') } }]
    comment = option(block, '--comment')?.value ?? comment
    return []
  })
  return { ...rule, statements, comment }
}

/** The same as matches of nft, or null where there is no such match or the block says more than this reader knows. */
function matchesOf(block: MatchBlock, protocol: string): readonly unknown[] | null {
  const pairs = optionsOf(block)
  const matches = pairs?.map(({ name, value, negated }) => {
    const translated = TRANSLATIONS[name]?.(value, protocol)
    return translated === undefined
      ? null
      : { match: { op: negated ? '!=' : translated.op, left: translated.left, right: translated.right } }
  })
  return matches === undefined || matches.length === 0 || matches.includes(null) ? null : matches
}

interface Translated {
  readonly op: string
  readonly left: unknown
  readonly right: unknown
}

const payload = (protocol: string, field: string): unknown => ({ payload: { protocol, field } })
const ctState = (value: string): Translated => ({
  op: 'in',
  left: { ct: { key: 'state' } },
  right: value.toLowerCase().split(','),
})
const addressType =
  (flag: string) =>
  (value: string): Translated => ({
    op: '==',
    left: { fib: { result: 'type', flags: [flag] } },
    right: { set: value.toLowerCase().split(',') },
  })
const addressRange =
  (field: string) =>
  (value: string): Translated => ({ op: '==', left: payload('ip', field), right: { range: value.split('-') } })
const portList =
  (field: string) =>
  (value: string, protocol: string): Translated => ({
    op: '==',
    left: payload(protocol, field),
    right: { set: value.split(',').map((port) => (port.includes(':') ? { range: port.split(':') } : port)) },
  })

const TRANSLATIONS: Readonly<Record<string, (value: string, protocol: string) => Translated>> = {
  '--ctstate': ctState,
  '--state': ctState,
  '--dports': portList('dport'),
  '--sports': portList('sport'),
  '--dst-type': addressType('daddr'),
  '--src-type': addressType('saddr'),
  '--src-range': addressRange('saddr'),
  '--dst-range': addressRange('daddr'),
  '--mac-source': (value) => ({ op: '==', left: payload('ether', 'saddr'), right: value.toLowerCase() }),
  '--pkt-type': (value) => ({ op: '==', left: { meta: { key: 'pkttype' } }, right: value }),
  '--icmp-type': (value) => ({ op: '==', left: payload('icmp', 'type'), right: value }),
  '--icmpv6-type': (value) => ({ op: '==', left: payload('icmpv6', 'type'), right: value }),
}

interface Option {
  readonly name: string
  readonly value: string
  readonly negated: boolean
}

/** `[!] --name value` again and again; null for anything else, as an option without a value. */
function optionsOf({ words }: MatchBlock): readonly Option[] | null {
  const options: Option[] = []
  for (let i = 0; i < words.length; i += 2) {
    const negated = words[i] === '!'
    if (negated) i += 1
    const [name, value] = [words[i], words[i + 1]]
    if (name === undefined || value === undefined || !name.startsWith('--') || value.startsWith('--')) return null
    options.push({ name, value, negated })
  }
  return options
}

const option = (block: MatchBlock, name: string): Option | undefined =>
  optionsOf(block)?.find((entry) => entry.name === name)

/** The transport protocol that the rule names beside the match: multiport has none of its own. */
function protocolOf(rule: NftRuleObject): string {
  for (const statement of rule.statements) {
    const match = isObject(statement) && isObject(statement['match']) ? statement['match'] : null
    const left = isObject(match?.['left']) ? match['left'] : null
    const meta = isObject(left?.['meta']) ? left['meta']['key'] : null
    if (meta === 'l4proto' && match?.['op'] === '==' && typeof match['right'] === 'string') return match['right']
  }
  return 'th'
}
