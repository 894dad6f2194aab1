import { formatAddress } from '../../engines/packetspace/address.ts'
import type { Packet } from '../../engines/packetspace/packet.ts'
import type { FactKind } from '../../facts/kinds.ts'
import type { NetworkDesk } from '../../kernel/act/network-desk.ts'
import type { Clock } from '../../kernel/clock/clock.ts'
import type { GiveFacts } from '../../kernel/collect/product-facts.ts'
import type { NetworkConfig } from '../../kernel/config/network-config.ts'
import { blindSpots } from './intents/blind-spots.ts'
import { comparePairs } from './intents/pairs.ts'
import { type Found, type HostRules, proveIntents } from './intents/prove.ts'

/** A TCP connection to send through real rules. */
export interface Replayable {
  readonly family: 4 | 6
  readonly source: string
  readonly sourcePort: number
  readonly target: string
  readonly targetPort: number
  readonly iif: string | null
}

export interface NetworkInput {
  readonly clock: Clock
  readonly config: NetworkConfig
  /** The rules of every host that is known, read now. */
  readonly rulesOf: () => Promise<ReadonlyMap<string, HostRules>>
  readonly replay: (rules: string, packet: Replayable) => Promise<'confirmed' | 'not_confirmed' | 'cannot'>
  readonly give: GiveFacts
  readonly onProblem: (where: string, error: unknown) => void
  readonly onProved: () => void
}

export interface RunningNetwork extends NetworkDesk {
  stop(): Promise<void>
}

const EVERY_MS = 30_000
const TELL_EVERY_MS = 240_000
const TCP = 6

export type Replayed = Found & { readonly replay: 'confirmed' | 'not_confirmed' | 'cannot' | 'none' }

/** Proves all intents, and sends the packet of each violation through the real rules. */
export async function proveAndReplay({
  config,
  rulesOf,
  replay,
}: Pick<NetworkInput, 'config' | 'rulesOf' | 'replay'>): Promise<readonly Replayed[]> {
  const known = await rulesOf()
  const proofs: Replayed[] = []
  for (const found of proveIntents(config, known)) {
    const text = known.get(found.host)?.text ?? null
    const packet =
      found.verdict === 'violated' && found.hook === 'input' && text !== null ? sendable(found.witness) : null
    const done =
      found.verdict !== 'violated' ? 'none' : packet === null || text === null ? 'cannot' : await replay(text, packet)
    proofs.push({ ...found, replay: done })
  }
  return proofs
}

/** Proves at every change of rules, at the latest after half a minute, and tells what came of it. */
export function startNetwork(input: NetworkInput): RunningNetwork {
  const { clock, config, give, onProblem } = input
  let state: NetworkDesk['state'] = { proofs: [], provedAt: null }
  let told = { text: '', at: Number.NEGATIVE_INFINITY }
  let line: Promise<void> = Promise.resolve()
  const look = async (): Promise<void> => {
    const known = await input.rulesOf()
    const pairs = comparePairs(config.redundant, known)
    const spots = blindSpots(config, known)
    const proofs = (await proveAndReplay({ ...input, rulesOf: async () => known })).map(
      ({ witness: _, ...proof }) => proof,
    )
    state = { proofs, provedAt: clock.now() }
    const text = JSON.stringify([proofs, pairs, spots])
    if (text === told.text && clock.now().getTime() - told.at < TELL_EVERY_MS) return
    told = { text, at: clock.now().getTime() }
    await give(
      new Map<FactKind, readonly Readonly<Record<string, unknown>>[]>([
        ['network_proof', proofs],
        ['firewall_pair', pairs.map((pair) => ({ ...pair }))],
        ['firewall_blind_spot', spots.map((spot) => ({ ...spot }))],
      ]),
    )
    input.onProved()
  }
  const wake = (): Promise<void> => {
    line = line.then(look).catch((error: unknown) => onProblem('network', error))
    return line
  }
  const timer = setInterval(() => void wake(), EVERY_MS)
  timer.unref()
  void wake()
  return {
    config,
    get state() {
      return state
    },
    wake,
    stop: async () => {
      clearInterval(timer)
      await line
    },
  }
}

/** @returns null for what cannot be sent as a TCP connection */
function sendable(packet: Packet | null): Replayable | null {
  if (packet === null || packet.proto !== TCP || packet.dport === 0) return null
  return {
    family: packet.family === 'ip4' ? 4 : 6,
    source: formatAddress(packet.src),
    sourcePort: packet.sport,
    target: formatAddress(packet.dst),
    targetPort: packet.dport,
    iif: packet.iif === '' || packet.iif.endsWith('*') ? null : packet.iif,
  }
}
