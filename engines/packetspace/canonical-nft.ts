import { createHash } from 'node:crypto'
import { malformed } from './errors.ts'
import { isObject, type Json, type JsonObject } from './nft-keys.ts'

/** Says where an object stands and what it was numbered, not what it does. */
const PLACES = new Set(['handle', 'index', 'expires'])
const FLAGS = /^table (\S+) (\S+) \{.*\n(?:\s*comment .*\n)?\s*flags ([a-z, ]+?);?\s*$/gm

/**
 * What `nft -j list ruleset` says, without what changes by itself: handles, counters, what is left of timeouts, the order of things that
 * have none; elements that go by themselves, and those of sets that packets change. Two rule sets with the same canonical form do the
 * same, whatever the engine can read of them.
 *
 * @param json parsed output of nft, run with TZ=UTC and without `-n`, `-s` and `-t`
 * @param text of `nft list ruleset`: flags of tables are garbage in the JSON of nft before 1.0.10
 * @throws PacketspaceError `malformed` for what is no rule set of nft
 */
export function canonicalNft(json: unknown, text: string): string {
  const list = isObject(json as Json) ? (json as JsonObject)['nftables'] : undefined
  if (!Array.isArray(list)) throw malformed('the JSON of nft has no list "nftables"')
  const flags = new Map([...text.matchAll(FLAGS)].map(([, family, name, of]) => [`${family} ${name}`, of]))
  const things: string[] = []
  const rules = new Map<string, Json[]>()
  for (const [kind, body] of (list as readonly Json[]).flatMap((o) => (isObject(o) ? Object.entries(o) : []))) {
    if (!isObject(body) || kind === 'metainfo') continue
    if (kind === 'rule') {
      const chain = ['family', 'table', 'chain'].map((name) => String(body[name])).join(' ')
      rules.set(chain, [...(rules.get(chain) ?? []), plain(body)])
    } else if (kind === 'table') {
      const { flags: _garbage, ...rest } = body
      things.push(JSON.stringify([kind, plain(rest), flags.get(`${body['family']} ${body['name']}`) ?? null]))
    } else {
      things.push(JSON.stringify([kind, plain(kind === 'set' || kind === 'map' ? lasting(body) : body)]))
    }
  }
  const chains = [...rules].sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([things.sort(), chains])
}

/** SHA-256 of the canonical form, hexadecimal. */
export const nftDigest = (json: unknown, text: string): string =>
  createHash('sha256').update(canonicalNft(json, text)).digest('hex')

/** Tables that enforce nothing, as `family name`, out of the text of `nft list ruleset`. */
export const dormantTables = (text: string): ReadonlySet<string> =>
  new Set(
    [...text.matchAll(FLAGS)]
      .filter(([, , , of]) => of?.includes('dormant'))
      .map(([, family, name]) => `${family} ${name}`),
  )

/** A set without the elements that end by themselves or that packets put there. */
function lasting(set: JsonObject): JsonObject {
  const { elem, ...rest } = set
  const flags = [set['flags'] ?? []].flat()
  if (!Array.isArray(elem) || flags.includes('dynamic')) return rest
  const kept = elem.filter((one) => !isTimed(Array.isArray(one) ? one[0] : one))
  return { ...rest, elem: kept }
}

function isTimed(element: Json | undefined): boolean {
  const inner = isObject(element) ? element['elem'] : undefined
  return isObject(inner) && inner['timeout'] !== undefined
}

function plain(value: Json, key = ''): Json {
  if (Array.isArray(value)) {
    const items = value.map((item) => plain(item))
    // The kernel keeps elements in an order of its own.
    return key === 'set' || key === 'elem'
      ? items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : items
  }
  if (!isObject(value)) return value
  const counts = ['packets', 'bytes', 'used', 'used_unit']
  const entries = Object.entries(value)
    .filter(([name]) => !PLACES.has(name) && !counts.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => [name, plain(inner, name)] as const)
  return Object.fromEntries(entries)
}
