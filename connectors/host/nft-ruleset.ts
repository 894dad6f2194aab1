import { createHash } from 'node:crypto'
import { BergfriedError } from '../../kernel/errors.ts'
import { isObject, type Json } from './nft-text.ts'

export interface NftTable {
  readonly family: string
  readonly name: string
  /** As nft prints them. nft 1.0.6 prints foreign memory here: only known words mean anything. */
  readonly flags: readonly string[]
}

export interface NftChain {
  readonly family: string
  readonly table: string
  readonly name: string
  /** Null for a chain that is only jumped to. */
  readonly hook: string | null
  readonly priority: number
  readonly policy: 'accept' | 'drop'
}

export interface NftRuleObject {
  readonly family: string
  readonly table: string
  readonly chain: string
  readonly comment: string | null
  readonly statements: readonly unknown[]
}

export interface Ruleset {
  readonly tables: readonly NftTable[]
  readonly chains: readonly NftChain[]
  readonly rules: readonly NftRuleObject[]
  /** Elements of named sets and maps by `family table name`. */
  readonly sets: ReadonlyMap<string, readonly unknown[]>
  /** Every object as it was printed, for the digest. */
  readonly objects: readonly Json[]
}

/**
 * Reads the output of `nft -j list ruleset` (libnftables-json(5)). Kinds of objects that are not needed are kept for
 * the digest; those that are needed must have their names.
 *
 * @throws {BergfriedError} `collect.unreadable` where it is not the JSON of nft
 */
export function parseRuleset(text: string): Ruleset {
  const tables: NftTable[] = []
  const chains: NftChain[] = []
  const rules: NftRuleObject[] = []
  const sets = new Map<string, readonly unknown[]>()
  const objects = topLevel(text)
  for (const object of objects) {
    const [kind] = Object.keys(object)
    const inner = kind === undefined ? null : object[kind]
    if (!isObject(inner)) continue
    if (kind === 'table')
      tables.push({ family: word(inner, 'family'), name: word(inner, 'name'), flags: words(inner['flags']) })
    else if (kind === 'chain') chains.push(chain(inner))
    else if (kind === 'rule') rules.push(rule(inner))
    else if (kind === 'set' || kind === 'map') {
      sets.set(setKey(word(inner, 'family'), word(inner, 'table'), word(inner, 'name')), list(inner['elem']))
    }
  }
  return { tables, chains, rules, sets, objects }
}

export const setKey = (family: string, table: string, name: string): string => `${family} ${table} ${name}`

/**
 * SHA-256 over what a rule set says: without handles, counters, remaining times, elements that come and go by
 * themselves, and the order of elements in a set, none of which an administrator has chosen.
 */
export function rulesetDigest(ruleset: Ruleset, flags: (table: NftTable) => readonly string[]): string {
  const known = new Map(ruleset.tables.map((table) => [`${table.family} ${table.name}`, flags(table)]))
  const hash = createHash('sha256')
  for (const object of ruleset.objects) {
    if ('metainfo' in object) continue
    const table = object['table']
    if (isObject(table)) {
      const { flags: _foreignMemory, ...rest } = table
      hash.update(
        JSON.stringify(
          normal(
            { table: { ...rest, flags: known.get(`${String(table['family'])} ${String(table['name'])}`) ?? [] } },
            0,
          ),
        ),
      )
    } else hash.update(JSON.stringify(normal(object, 0)))
    hash.update('\n')
  }
  return hash.digest('hex')
}

/** Properties that change by themselves: position in the kernel, traffic so far, time that is left. */
const VOLATILE = new Set(['handle', 'packets', 'bytes', 'used', 'expires', 'last'])

function normal(value: unknown, depth: number): unknown {
  if (depth > 64) return null
  if (Array.isArray(value)) return value.map((item) => normal(item, depth + 1))
  if (!isObject(value)) return value
  const copy: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value)) {
    if (VOLATILE.has(key)) continue
    copy[key] = key === 'elem' && Array.isArray(inner) ? sortedElements(inner, depth) : normal(inner, depth + 1)
  }
  return copy
}

const sortedElements = (elements: readonly unknown[], depth: number): readonly unknown[] =>
  elements
    .filter((element) => !isTemporary(element))
    .map((element) => normal(element, depth + 1))
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))

/** An element that the kernel removes by itself when its time is up. */
export function isTemporary(element: unknown): boolean {
  const subject: unknown = Array.isArray(element) ? element[0] : element
  return isObject(subject) && isObject(subject['elem']) && subject['elem']['expires'] !== undefined
}

function topLevel(text: string): readonly Json[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw unreadable('the output is no JSON')
  }
  const objects = isObject(parsed) ? parsed['nftables'] : null
  if (!Array.isArray(objects)) throw unreadable('the output has no list “nftables”')
  return objects.filter(isObject)
}

function chain(inner: Json): NftChain {
  const hook = inner['hook']
  const priority = Number(inner['prio'] ?? 0)
  return {
    family: word(inner, 'family'),
    table: word(inner, 'table'),
    name: word(inner, 'name'),
    hook: typeof hook === 'string' ? hook : null,
    priority: Number.isSafeInteger(priority) ? priority : 0,
    policy: inner['policy'] === 'drop' ? 'drop' : 'accept',
  }
}

function rule(inner: Json): NftRuleObject {
  const comment = inner['comment']
  return {
    family: word(inner, 'family'),
    table: word(inner, 'table'),
    chain: word(inner, 'chain'),
    comment: typeof comment === 'string' ? comment : null,
    statements: list(inner['expr']),
  }
}

function word(inner: Json, key: string): string {
  const value = inner[key]
  if (typeof value !== 'string' || value.length > 512) throw unreadable(`an object has no “${key}”`)
  return value
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** nft prints one flag as a word and several as a list. */
const words = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((item): item is string => typeof item === 'string')

const unreadable = (reason: string): BergfriedError =>
  new BergfriedError('collect.unreadable', { what: 'nft -j list ruleset', reason })
