import { createHash } from 'node:crypto'

/** A rule of a host, as nft lists it. */
export interface ListedRule {
  /** Lives as long as the rule means the same and stands among the same: a digest of its chain, its meaning, and how many of its like are before it. */
  readonly identity: string
  /** As the engine calls it: `inet fw/input#3`. */
  readonly id: string
  readonly chain: string
  readonly handle: number
  readonly comment: string | null
  /** Null where it has no counter. */
  readonly packets: number | null
  readonly text: string
}

interface RuleBody {
  readonly family: string
  readonly table: string
  readonly chain: string
  readonly handle: number
  readonly comment?: string
  readonly expr: readonly Readonly<Record<string, unknown>>[]
}

const RULE_TEXT = /^\t\t(?!type |comment )(.+)$/

/** Every rule of a rule set, in the order of nft. */
export function listedRules(json: unknown, text: string): readonly ListedRule[] {
  const objects = (json as { readonly nftables: readonly { readonly rule?: RuleBody }[] }).nftables
  const texts = textsOf(text)
  const [twins, counts] = [new Map<string, number>(), new Map<string, number>()]
  return objects.flatMap(({ rule }) => {
    if (rule === undefined) return []
    const chain = `${rule.family} ${rule.table}/${rule.chain}`
    const at = counts.get(chain) ?? 0
    counts.set(chain, at + 1)
    const meaning = rule.expr.map((one) => ('counter' in one ? { counter: null } : one))
    const key = `${chain}\n${JSON.stringify(meaning)}`
    const twin = twins.get(key) ?? 0
    twins.set(key, twin + 1)
    const identity = createHash('sha256').update(`bergfried-rule 1\n${key}\n${twin}\n`).digest('hex')
    const { handle, comment = null } = rule
    const shown = texts.get(chain)?.[at] ?? JSON.stringify(meaning)
    return [
      { identity, id: `${chain}#${at}`, chain, handle, comment, packets: packetsOf(rule), text: shown.slice(0, 2000) },
    ]
  })
}

function packetsOf({ expr }: RuleBody): number | null {
  const counters = expr.flatMap(({ counter }) => (typeof counter === 'object' && counter !== null ? [counter] : []))
  const [first] = counters as readonly { readonly packets?: number }[]
  return first?.packets ?? null
}

/** Rules by chain as nft writes them. */
function textsOf(text: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  let [table, chain] = ['', '']
  for (const line of text.split('\n')) {
    const [, family, name] = /^table (\S+) (\S+) \{$/.exec(line) ?? []
    const [, of] = /^\tchain (\S+) \{$/.exec(line) ?? []
    if (family !== undefined) table = `${family} ${name}`
    else if (of !== undefined) chain = `${table}/${of}`
    else if (line === '\t}') chain = ''
    const [, rule] = chain === '' ? [] : (RULE_TEXT.exec(line) ?? [])
    if (rule !== undefined)
      found.set(chain, [...(found.get(chain) ?? []), rule.replace(/counter packets \d+ bytes \d+/, 'counter')])
  }
  return found
}
