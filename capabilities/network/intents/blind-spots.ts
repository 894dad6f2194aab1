import type { BlindSpotCode, Family, Hook, RuleSet } from '../../../engines/packetspace/ir.ts'
import type { NetworkConfig } from '../../../kernel/config/network-config.ts'
import type { HostRules } from './prove.ts'

/** All blind spots of one kind on one host. `none`: the rules were read whole. */
export interface HostBlindSpot {
  readonly host: string
  readonly spot: BlindSpotCode | 'none' | 'unmanaged-host' | 'one-family' | 'nat-around-input'
  readonly places: number
  readonly example: string | null
}

interface Seen {
  readonly spot: HostBlindSpot['spot']
  readonly text: string
}

const EXAMPLE = 500

/**
 * What proofs on these hosts do not see, one row for each kind: what the engine could not turn into packets, hooks that are guarded for one
 * family only, services that are translated past `input`, and hosts of segments, pairs and ways whose rules nobody tells.
 */
export function blindSpots(config: NetworkConfig, known: ReadonlyMap<string, HostRules>): readonly HostBlindSpot[] {
  const wanted = [
    ...config.segments.flatMap(({ hosts }) => hosts),
    ...config.intents.flatMap(({ through }) => through),
    ...config.redundant.flat(),
  ]
  return [...new Set([...wanted, ...known.keys()])].sort().flatMap((host) => {
    const rules = known.get(host)?.rules
    const seen: readonly Seen[] =
      rules === undefined
        ? [{ spot: 'unmanaged-host', text: 'no agent tells the rules of this host' }]
        : [
            ...rules.blindSpots.map(({ code, place, text }) => ({ spot: code, text: `${place}: ${text}` })),
            ...oneFamily(rules),
            ...aroundInput(rules),
          ]
    return seen.length === 0 ? [{ host, spot: 'none', places: 0, example: null }] : byKind(host, seen)
  })
}

function byKind(host: string, seen: readonly Seen[]): HostBlindSpot[] {
  return [...Map.groupBy(seen, ({ spot }) => spot)].map(([spot, of]) => ({
    host,
    spot,
    places: of.length,
    example: of[0]?.text.slice(0, EXAMPLE) ?? null,
  }))
}

const FAMILIES: readonly Family[] = ['ip4', 'ip6']
const HOOKS: readonly Hook[] = ['input', 'forward']

/** A hook that drops something of one family and has nothing to say of the other. */
function oneFamily(rules: RuleSet): Seen[] {
  return HOOKS.flatMap((hook) => {
    const guarded = FAMILIES.filter((family) =>
      [...rules.chains.values()].some(
        ({ base, families, rules: of }) =>
          base?.hook === hook &&
          base.type === 'filter' &&
          families.includes(family) &&
          (base.policy === 'drop' || of.length > 0),
      ),
    )
    const [only] = guarded
    if (guarded.length !== 1 || only === undefined) return []
    const [has, lacks] = only === 'ip4' ? ['IPv4', 'IPv6'] : ['IPv6', 'IPv4']
    return [{ spot: 'one-family', text: `${hook}: rules for ${has}, none for ${lacks}` }]
  })
}

/** Packets whose target is rewritten to another machine or a container never meet `input`, whatever it drops. */
function aroundInput(rules: RuleSet): Seen[] {
  const guarded = [...rules.chains.values()].some(({ base }) => base?.hook === 'input' && base.type === 'filter')
  if (!guarded) return []
  return [...rules.chains.values()].flatMap((chain) =>
    chain.rules
      .filter(({ branches }) =>
        branches.some(({ action }) => action.kind === 'nat' && action.to.kind === 'dnat' && action.to.toHost !== true),
      )
      .map(({ id, text }) => ({ spot: 'nat-around-input' as const, text: `${id}: ${text}` })),
  )
}
