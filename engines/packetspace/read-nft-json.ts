import { malformed } from './errors.ts'
import type { BaseChain, BlindSpot, Chain, Family, Hook, Rule, RuleSet } from './ir.ts'
import { isObject, type Json, type JsonObject } from './nft-keys.ts'
import { readStatements, type StatementContext } from './nft-statements.ts'
import { readWrites, type Writes } from './nft-writes.ts'
import { nameIn } from './opaque-names.ts'

export interface NftOptions {
  /**
   * Tables that are dormant, as `family name`. The JSON of nft before 1.0.10 has garbage in `flags`: read them from `nft list tables`
   * in text. Without this, a table whose flags are unreadable judges nothing for certain.
   */
  readonly dormant?: ReadonlySet<string>
  /** `now`: elements with a timeout are there. `expired`: they are gone. */
  readonly elements?: 'now' | 'expired'
  /** The rule's text by family, table, chain and handle, where the caller has it. */
  readonly textOf?: (family: string, table: string, chain: string, handle: number) => string | undefined
}

const FAMILIES: Readonly<Record<string, readonly Family[]>> = { ip: ['ip4'], ip6: ['ip6'], inet: ['ip4', 'ip6'] }
const HOOKS = ['ingress', 'prerouting', 'input', 'forward', 'output', 'postrouting']
const TABLE_FLAGS = ['dormant', 'owner', 'persist']
/** Objects that hold state or settings and stand for no packets of their own. */
const KNOWN_OBJECTS = ['metainfo', 'table', 'chain', 'rule', 'set', 'map', 'element', 'counter', 'quota', 'limit']
const QUIET_OBJECTS = ['ct helper', 'ct timeout', 'ct expectation', 'secmark', 'synproxy', 'meter', 'flowtable']
const CONNTRACK = [
  '"ct"',
  '"dnat"',
  '"snat"',
  '"masquerade"',
  '"redirect"',
  '"ct helper"',
  '"ct count"',
  '"ct timeout"',
]

/**
 * The output of `nft -j list ruleset` as a rule set. Run nft with TZ=UTC and without `-n`, `-s` and `-t`, which change or hide what is
 * read here.
 *
 * @throws PacketspaceError `malformed` for what is no rule set of nft
 */
export function readNftJson(json: unknown, options: NftOptions = {}): RuleSet {
  const list = isObject(json as Json) ? (json as JsonObject)['nftables'] : undefined
  if (!Array.isArray(list)) throw malformed('the JSON of nft has no list "nftables"')
  const objects = (list as readonly Json[]).flatMap((o) => (isObject(o) ? Object.entries(o) : []))
  const reader = new Reader(objects, options)
  return reader.read()
}

class Reader {
  readonly #objects: readonly (readonly [string, Json])[]
  readonly #options: NftOptions
  readonly #spots: BlindSpot[] = []
  readonly #chains = new Map<string, { families: readonly Family[]; base?: BaseChain; rules: Rule[] }>()
  readonly #sets = new Map<string, readonly Json[]>()
  readonly #asleep = new Map<string, 'yes' | 'maybe'>()
  readonly #writes: Writes
  readonly #names = new Map<string, number>()

  constructor(objects: readonly (readonly [string, Json])[], options: NftOptions) {
    this.#objects = objects
    this.#options = options
    this.#writes = readWrites(objects.map(([, body]) => body))
  }

  read(): RuleSet {
    for (const [kind, body] of this.#objects) {
      if (!isObject(body)) continue
      if (kind === 'table') this.#table(body)
      else if (kind === 'chain') this.#chain(body)
      else if (kind === 'set' || kind === 'map') this.#set(body)
      else if (!KNOWN_OBJECTS.includes(kind) && !QUIET_OBJECTS.includes(kind))
        this.#spot('unknown-object', String(body['name'] ?? kind), JSON.stringify(body))
    }
    for (const [kind, body] of this.#objects) if (kind === 'rule' && isObject(body)) this.#rule(body)
    const text = JSON.stringify(this.#objects)
    const conntrack = CONNTRACK.some((word) => text.includes(`${word}:`))
    const chains = new Map<string, Chain>()
    for (const [key, { families, base, rules }] of this.#chains) {
      if (base?.type === 'nat' && !conntrack) this.#spot('nat-without-conntrack', key, 'no packet comes to this chain')
      chains.set(key, { key, families, ...(base === undefined ? {} : { base }), rules })
    }
    return { chains, conntrack, blindSpots: this.#spots }
  }

  #spot(code: BlindSpot['code'], place: string, text: string): void {
    if (!this.#spots.some((s) => s.code === code && s.place === place && s.text === text))
      this.#spots.push({ code, place, text })
  }

  #table(body: JsonObject): void {
    const name = `${String(body['family'])} ${String(body['name'])}`
    const { dormant } = this.#options
    const flags = [body['flags'] ?? []].flat() as Json[]
    const readable = flags.every((f) => TABLE_FLAGS.includes(String(f)))
    const asleep = dormant !== undefined ? dormant.has(name) : flags.includes('dormant')
    if (asleep) {
      this.#asleep.set(name, 'yes')
      this.#spot('dormant-table', name, 'the table is dormant and enforces nothing')
    } else if (!readable && dormant === undefined) {
      this.#asleep.set(name, 'maybe')
      this.#spot('dormant-table', name, 'the flags are unreadable: the table may be dormant')
    }
  }

  #chain(body: JsonObject): void {
    const { family, table, name, hook, type = 'filter', prio, policy = 'accept' } = body
    if (typeof family !== 'string' || typeof table !== 'string' || typeof name !== 'string')
      throw malformed('a chain of nft without family, table or name')
    const key = chainKey(family, table, name)
    const families = FAMILIES[family]
    if (families === undefined) {
      this.#spot('unread-family', key, `rules of family ${family} are not read`)
      return
    }
    const asleep = this.#asleep.get(`${family} ${table}`)
    if (hook === undefined || asleep === 'yes') {
      this.#chains.set(key, { families, rules: [] })
      return
    }
    if (typeof hook !== 'string' || !HOOKS.includes(hook) || !['filter', 'nat', 'route'].includes(String(type)))
      throw malformed(`chain ${key}: unknown hook or type`)
    if (policy !== 'accept' && policy !== 'drop') throw malformed(`chain ${key}: unknown policy`)
    if (typeof prio !== 'number') throw malformed(`chain ${key}: no priority`)
    const base: BaseChain = { hook: hook as Hook, type: type as BaseChain['type'], priority: prio, policy }
    const rules: Rule[] = []
    if (asleep === 'maybe') {
      const match = { op: 'opaque', key: `${family} ${table} is dormant`, stateful: true } as const
      const branches = [{ match, action: { kind: 'accept' } }] as const
      rules.push({ id: `${key}#dormant`, text: 'the table may be dormant', branches, effects: [] })
    }
    this.#chains.set(key, { families, base, rules })
  }

  #set(body: JsonObject): void {
    const elements = Array.isArray(body['elem']) ? (body['elem'] as readonly Json[]) : []
    const key = chainKey(String(body['family']), String(body['table']), String(body['name']))
    const kept = this.#options.elements === 'expired' ? elements.filter((e) => !expires(e)) : elements
    this.#sets.set(key, kept)
    if (this.#writes.sets.has(String(body['name'])))
      this.#spot('dynamic-set', key, 'packets change the set: what it holds is not known')
  }

  #rule(body: JsonObject): void {
    const { family, table, chain: name, handle, comment, expr } = body
    if (!Array.isArray(expr)) throw malformed('a rule of nft without statements')
    const key = chainKey(String(family), String(table), String(name))
    const chain = this.#chains.get(key)
    if (chain === undefined) {
      if (FAMILIES[String(family)] === undefined) return
      throw malformed(`a rule stands in chain ${key}, which is not there`)
    }
    const id = `${key}#${chain.rules.length}`
    const statements = expr as readonly Json[]
    this.#lint(id, statements)
    const context: StatementContext = {
      family: String(family),
      name: nameIn(this.#names, key),
      chain: (target) => chainKey(String(family), String(table), target),
      elements: (set) =>
        this.#writes.sets.has(set) ? 'dynamic' : this.#sets.get(chainKey(String(family), String(table), set)),
      written: this.#writes.reads,
      spot: (code, text) => this.#spot(code, id, text),
    }
    const { branches, effects } = readStatements(statements, context)
    const text =
      this.#options.textOf?.(String(family), String(table), String(name), Number(handle)) ?? statementsText(statements)
    chain.rules.push({ id, text, branches, effects, ...(typeof comment === 'string' ? { comment } : {}) })
  }

  #lint(id: string, statements: readonly Json[]): void {
    const text = JSON.stringify(statements)
    if (text.includes('"nexthdr"')) this.#spot('nexthdr', id, 'ip6 nexthdr misses packets with extension headers')
    if (text.includes('"key":"iif"') || text.includes('"key":"oif"'))
      this.#spot('interface-index', id, 'the rule follows the index of an interface, not its name')
    if (this.#writes.mangled && statements.some((s) => isObject(s) && 'mangle' in s))
      this.#spot('mangled-field', id, 'the rule changes what later rules read')
  }
}

const chainKey = (family: string, table: string, name: string): string => `${family} ${table}/${name}`

function expires(element: Json): boolean {
  const value = Array.isArray(element) ? (element[0] as Json) : element
  const inner = isObject(value) ? value['elem'] : undefined
  return isObject(inner) && ('timeout' in inner || 'expires' in inner)
}

/** Statements without what changes by itself: counters and remaining times. */
function statementsText(statements: readonly Json[]): string {
  return statements
    .filter((s) => !(isObject(s) && 'counter' in s))
    .map((s) => JSON.stringify(s))
    .join(' ')
}
