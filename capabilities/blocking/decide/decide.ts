import { contains, type Network, networkOf, overlap, widened } from './network.ts'

/** Somebody whose attack was confirmed. */
export interface Attacker {
  readonly address: string
  /** Rule that fired. */
  readonly rule: string
  readonly level: 'low' | 'medium' | 'high' | 'critical'
  readonly at: Date
  /** Number of the alert, where there is one. */
  readonly alert: string | null
}

/** What bounds every decision. */
export interface Limits {
  /** How long, by how often it was before: the last one from then on. */
  readonly seconds: readonly number[]
  readonly perMinute: number
  /** Live bans at the most. */
  readonly most: number
  /** Of the distinct clients seen in the last hour, this share at the most may be kept out; 0 to 1. */
  readonly shareOfClients: number
  /** So many addresses of one /24 make it one ban. */
  readonly addressesPerNetwork: number
}

/** What is known when it is decided. */
export interface Standing {
  readonly now: Date
  readonly live: readonly { readonly network: string }[]
  /** Bans that began in the last minute. */
  readonly lastMinute: number
  /** How often each network was banned before. */
  readonly before: ReadonlyMap<string, number>
  /** Never to be kept out. */
  readonly never: readonly Network[]
  /** Distinct client addresses of the last hour; null: nobody counted. */
  readonly clients: readonly string[] | null
}

export interface Decision {
  readonly network: string
  readonly until: Date
  /** How often before. */
  readonly before: number
  readonly because: Attacker
}

export type Held = 'never' | 'known' | 'per_minute' | 'most' | 'clients' | 'no_address'

export interface Decided {
  readonly bans: readonly Decision[]
  /** Who was spared, and why. */
  readonly held: readonly { readonly address: string; readonly why: Held }[]
}

/** Of IPv6 a /64 is one subscriber's (RFC 6177): single addresses of it are for nothing. */
const SIX = 64
const NETWORK = 24

/**
 * Who is kept out, and for how long. Nobody who is on the list of those who never are, and never more than the limits, whatever is
 * asked: above them it stops, and says so.
 */
export function decide(attackers: readonly Attacker[], limits: Limits, standing: Standing): Decided {
  const bans: Decision[] = []
  const held: { address: string; why: Held }[] = []
  const live = standing.live.flatMap(({ network }) => networkOf(network) ?? [])
  const clients = standing.clients?.flatMap((address) => networkOf(address) ?? []) ?? null
  const out = clients === null ? 0 : clients.filter((client) => live.some((ban) => contains(ban, client))).length
  let [room, shut] = [Math.min(limits.perMinute - standing.lastMinute, limits.most - live.length), out]
  const full: Held = limits.most - live.length <= limits.perMinute - standing.lastMinute ? 'most' : 'per_minute'
  for (const { because, network } of targets(attackers, limits, standing.never, held)) {
    const spared = (why: Held): void => void held.push({ address: because.address, why })
    const inside = clients?.filter((client) => contains(network, client)).length ?? 0
    if (standing.never.some((never) => overlap(never, network))) spared('never')
    else if (live.some((ban) => contains(ban, network))) spared('known')
    else if (room <= 0) spared(full)
    else if (clients !== null && inside > 0 && shut + inside > limits.shareOfClients * clients.length) spared('clients')
    else {
      const before = standing.before.get(network.text) ?? 0
      const seconds = limits.seconds[Math.min(before, limits.seconds.length - 1)] ?? 600
      bans.push({ network: network.text, until: new Date(standing.now.getTime() + seconds * 1000), before, because })
      live.push(network)
      room -= 1
      shut += inside
    }
  }
  return { bans, held }
}

/** What is to be banned for whom: the address, its /64, or its /24 where many of it attack. */
function targets(
  attackers: readonly Attacker[],
  limits: Limits,
  never: readonly Network[],
  held: { address: string; why: Held }[],
) {
  const known: { because: Attacker; network: Network }[] = []
  const perNetwork = new Map<string, Set<string>>()
  for (const because of attackers) {
    const address = networkOf(because.address)
    if (address === null) {
      held.push({ address: because.address.slice(0, 64), why: 'no_address' })
      continue
    }
    const network = address.family === 6 ? widened(address, SIX) : address
    known.push({ because, network })
    const around = widened(network, NETWORK).text
    if (network.family === 4) perNetwork.set(around, (perNetwork.get(around) ?? new Set()).add(network.text))
  }
  const seen = new Set<string>()
  return known.flatMap(({ because, network }) => {
    const around = widened(network, NETWORK)
    const many =
      network.family === 4 &&
      (perNetwork.get(around.text)?.size ?? 0) >= limits.addressesPerNetwork &&
      // Where somebody must stay reachable among them, each attacker is kept out alone.
      !never.some((one) => overlap(one, around))
    const chosen = many ? around : network
    if (seen.has(chosen.text)) return []
    seen.add(chosen.text)
    return [{ because, network: chosen }]
  })
}
