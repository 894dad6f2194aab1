import { PacketspaceError } from '../../../engines/packetspace/errors.ts'
import { both, type Family, type RuleSet } from '../../../engines/packetspace/ir.ts'
import { formatPacket, type Packet } from '../../../engines/packetspace/packet.ts'
import { Prover } from '../../../engines/packetspace/prover.ts'
import type { Intent, NetworkConfig } from '../../../kernel/config/network-config.ts'
import type { HostProof } from '../contract.ts'
import { between, forbidden, ordinary } from './question.ts'

/** The rule set of a host, as the engine reads it, and when it was seen. */
export interface HostRules {
  readonly host: string
  readonly rules: RuleSet
  /** The rules as text, for a replay; null where only their structure is known. */
  readonly text: string | null
  /** What `nft -j list ruleset` says, parsed. */
  readonly json: unknown
  readonly seenAt: Date
}

/** What was found, with the packet for a replay. */
export interface Found extends HostProof {
  readonly witness: Packet | null
}

const FAMILIES: readonly Family[] = ['ip4', 'ip6']

/**
 * Proves every intent on every host that it is about: the hosts of its segment (what they let in) and those that packets pass on their way (what they
 * forward). A host whose rules are not known is `undecided`, never `proved`.
 */
export function proveIntents(config: NetworkConfig, known: ReadonlyMap<string, HostRules>): readonly Found[] {
  const provers = new Map<string, Prover>()
  return config.intents.flatMap((intent) => {
    const hosts = config.segments.find(({ name }) => name === intent.to)?.hosts ?? []
    const places = [
      ...hosts.map((host) => [host, 'input'] as const),
      ...intent.through.map((host) => [host, 'forward'] as const),
    ]
    if (places.length === 0) return [unknown(intent, '–', 'input', 'no host is named in the segment')]
    return places.map(([host, hook]) => {
      const rules = known.get(host)
      if (rules === undefined) return unknown(intent, host, hook, 'the rules of this host are not known')
      return proveOn(config, intent, rules, hook, provers)
    })
  })
}

function proveOn(
  config: NetworkConfig,
  intent: Intent,
  { host, rules }: HostRules,
  hook: 'input' | 'forward',
  provers: Map<string, Prover>,
): Found {
  let worst: Found = {
    ...base(intent, host, hook),
    verdict: 'proved',
    packet: null,
    rule: null,
    because: null,
    witness: null,
  }
  for (const family of FAMILIES) {
    const key = `${host} ${family}`
    const prover = provers.get(key) ?? new Prover(rules, family, { interfaces: ['lo'] })
    provers.set(key, prover)
    try {
      const question = forbidden(config, intent, family, hook)
      const all = prover.proveNone(hook, question)
      if (all.verdict === 'proved' || worst.verdict === 'violated') continue
      // Of those that come through, one that can be sent.
      const better =
        all.verdict === 'violated'
          ? [both(question, ordinary, between(config, intent, family)), both(question, ordinary)]
          : []
      const proof =
        better.map((one) => prover.proveNone(hook, one)).find(({ verdict }) => verdict === 'violated') ?? all
      const packet = proof.witness?.packet
      worst = {
        ...base(intent, host, hook),
        verdict: proof.verdict,
        packet: packet === undefined ? null : formatPacket(packet).slice(0, 500),
        rule: proof.witness?.path.at(-1)?.slice(0, 500) ?? null,
        because: proof.witness === undefined ? null : proof.witness.because.join(', ').slice(0, 500) || null,
        witness: packet ?? null,
      }
    } catch (error) {
      if (!(error instanceof PacketspaceError)) throw error
      if (worst.verdict === 'proved') worst = unknown(intent, host, hook, `${error.code}: ${error.message}`)
    }
  }
  return worst
}

const base = (intent: Intent, host: string, hook: 'input' | 'forward') => ({
  intent: intent.name,
  segment: intent.to,
  host,
  hook,
  owner: intent.owner,
  until: intent.until,
})

const unknown = (intent: Intent, host: string, hook: 'input' | 'forward', why: string): Found => ({
  ...base(intent, host, hook),
  verdict: 'undecided',
  packet: null,
  rule: null,
  because: why.slice(0, 500),
  witness: null,
})
