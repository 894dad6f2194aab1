import { networkInterfaces } from 'node:os'
import { parseAddress } from '../../engines/packetspace/address.ts'
import { dormantTables } from '../../engines/packetspace/canonical-nft.ts'
import { both, ctIs, type Formula, type Hook, inRange, negate } from '../../engines/packetspace/ir.ts'
import { Prover } from '../../engines/packetspace/prover.ts'
import { readNftJson } from '../../engines/packetspace/read-nft-json.ts'
import { HostError } from '../errors.ts'
import { runProgram } from '../run-program.ts'
import type { Listing } from './nft.ts'

/** One tracked connection, in the direction in which it began. */
export interface Flow {
  readonly protocol: 'tcp' | 'udp'
  readonly source: string
  readonly target: string
  readonly sourcePort: number
  readonly targetPort: number
  /** Whom the answers come from: behind address translation not the target. */
  readonly answers: string
  readonly answersPort: number
}

const LINE =
  /^(?:ipv[46]\s+\d+\s+)?(tcp|udp)\s+\d+\s+.*?src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+)\s.*?src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+)/
const BUDGET = 2_000_000
const MOST_FLOWS = 50_000

/**
 * Ends the tracked connections whose first packet the rules now drop for certain: without that they would go on for as long as they like.
 *
 * @param only - sources; null: all
 * @returns how many; null where this host has no conntrack, or more flows than can be looked at
 */
export async function purgeFlows(live: Listing, only: ReadonlySet<string> | null = null): Promise<number | null> {
  const flows = await trackedFlows()
  if (flows === null || flows.length > MOST_FLOWS) return null
  const asked = only === null ? flows : flows.filter(({ source }) => only.has(source))
  const denied = deniedFlows(live, asked, localAddresses())
  let ended = 0
  for (const flow of denied) {
    const { status } = await runProgram('conntrack', [
      ...['-D', '-p', flow.protocol, '--orig-src', flow.source, '--orig-dst', flow.target],
      ...['--orig-port-src', String(flow.sourcePort), '--orig-port-dst', String(flow.targetPort)],
    ])
    if (status === 0) ended += 1
  }
  return ended
}

async function trackedFlows(): Promise<readonly Flow[] | null> {
  try {
    const all: Flow[] = []
    for (const family of ['ipv4', 'ipv6']) {
      const { status, stdout } = await runProgram('conntrack', ['-L', '-f', family])
      if (status !== 0) return null
      all.push(...stdout.split('\n').flatMap((line) => parseFlow(line) ?? []))
    }
    return all
  } catch (error) {
    if (error instanceof HostError && error.code === 'failed') return null
    throw error
  }
}

/** A line of `conntrack -L`; null for other protocols than TCP and UDP. */
export function parseFlow(line: string): Flow | null {
  const [, protocol, source = '', target = '', sport, dport, answers = '', , answersPort] = LINE.exec(line) ?? []
  if (protocol !== 'tcp' && protocol !== 'udp') return null
  return {
    ...{ protocol, source, target, sourcePort: Number(sport), targetPort: Number(dport) },
    ...{ answers, answersPort: Number(answersPort) },
  }
}

/** Flows that no packet could begin any more. What is undecided goes on. */
export function deniedFlows(live: Listing, flows: readonly Flow[], local: ReadonlySet<string>): readonly Flow[] {
  const rules = readNftJson(live.json, { dormant: dormantTables(live.text) })
  const provers = {
    ip4: new Prover(rules, 'ip4', { budget: BUDGET }),
    ip6: new Prover(rules, 'ip6', { budget: BUDGET }),
  }
  return flows.filter((flow) => {
    const family = flow.source.includes(':') ? 'ip6' : 'ip4'
    const question = firstPacket(flow, family)
    if (question === null) return false
    const prover = provers[family]
    return hooksOf(flow, local).some(
      (hook) => prover.proveNone(hook, both(question, ...elsewhere(flow, local, hook))).verdict === 'proved',
    )
  })
}

/** Hooks that a flow passes: towards this host, from it, or through it. */
function hooksOf(flow: Flow, local: ReadonlySet<string>): readonly Hook[] {
  const [from, to] = [local.has(flow.source), local.has(flow.answers)]
  return [
    ...(from ? ['output' as const] : []),
    ...(to ? ['input' as const] : []),
    ...(from || to ? [] : ['forward' as const]),
  ]
}

/** What comes from another machine does not come in by the loopback interface, nor does it leave by it. */
function elsewhere(flow: Flow, local: ReadonlySet<string>, hook: Hook): readonly Formula[] {
  const loopback = (field: 'iif' | 'oif'): Formula => negate({ op: 'interface', field, names: ['lo'] })
  return [
    ...(hook === 'output' || local.has(flow.source) ? [] : [loopback('iif')]),
    ...(hook === 'input' || local.has(flow.answers) ? [] : [loopback('oif')]),
  ]
}

function firstPacket(flow: Flow, family: 'ip4' | 'ip6'): Formula | null {
  const [source, target] = [parseAddress(flow.source), parseAddress(flow.answers)]
  if (source === undefined || target === undefined) return null
  const end = family === 'ip4' ? ('4' as const) : ('6' as const)
  return both(
    inRange(`src${end}`, source.value),
    inRange(`dst${end}`, target.value),
    inRange('proto', flow.protocol === 'tcp' ? 6 : 17),
    inRange('sport', flow.sourcePort),
    inRange('dport', flow.answersPort),
    inRange('fragment', 0),
    ctIs('new'),
  )
}

function localAddresses(): ReadonlySet<string> {
  return new Set(Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address)))
}
