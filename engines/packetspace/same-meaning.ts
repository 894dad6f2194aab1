import { canonicalNft, dormantTables } from './canonical-nft.ts'
import { difference } from './difference.ts'
import { PacketspaceError } from './errors.ts'
import type { Hook, RuleSet } from './ir.ts'
import { interfacesOf, PacketSpace } from './packet-fields.ts'
import { readNftJson } from './read-nft-json.ts'

/** What nft says of a rule set: parsed JSON and text, both of `list ruleset`. */
export interface NftListing {
  readonly json: unknown
  readonly text: string
}

const HOOKS: readonly Hook[] = ['ingress', 'prerouting', 'input', 'forward', 'output', 'postrouting']
const BUDGET = 4_000_000

/**
 * Whether two rule sets do the same to every packet. `equal` where their canonical forms are the same, or where nothing but filter rules
 * without effects of their own differs and the engine proves that no packet is treated differently. Whatever it cannot prove is
 * `undecided`, and so is every other difference: translation, marks, sets, queues.
 *
 * @throws PacketspaceError `malformed`
 */
export function sameMeaning(a: NftListing, b: NftListing): 'equal' | 'different' | 'undecided' {
  if (canonicalNft(a.json, a.text) === canonicalNft(b.json, b.text)) return 'equal'
  const [old, now] = [a, b].map((one) => readNftJson(one.json, { dormant: dormantTables(one.text) }))
  if (old === undefined || now === undefined) return 'undecided'
  try {
    const found = (['ip4', 'ip6'] as const).flatMap((family) => {
      const space = new PacketSpace(family, interfacesOf(old, now), BUDGET)
      return HOOKS.map((hook) => difference(space, old, now, hook).verdict)
    })
    if (found.includes('different')) return 'different'
    return found.includes('undecided') || besides(old) !== besides(now) ? 'undecided' : 'equal'
  } catch (error) {
    if (error instanceof PacketspaceError && error.code === 'budget') return 'undecided'
    throw error
  }
}

/** What rules do besides their verdict, and what of the rule set is not read at all. */
function besides({ chains, conntrack, blindSpots }: RuleSet): string {
  const acting = [...chains.values()].map(({ key, base, rules }) => {
    const effects = rules.filter((rule) => rule.effects.length > 0 || base?.type === 'nat' || base?.type === 'route')
    return [key, base ?? null, effects.map(({ text }) => text)]
  })
  const kept = acting.filter(([, base, effects]) => base !== null || (effects as readonly string[]).length > 0)
  const spots = blindSpots
    .filter(({ code }) => code !== 'stateful-match')
    .map(({ code, place, text }) => [code, place, text])
  return JSON.stringify([kept, conntrack, spots])
}
