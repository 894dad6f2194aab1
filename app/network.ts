import { replayHere } from '../capabilities/network/enforce.ts'
import type { HostRules } from '../capabilities/network/intents/prove.ts'
import { type RunningNetwork, startNetwork } from '../capabilities/network/start-network.ts'
import { localTransport } from '../connectors/host/local-transport.ts'
import { dormantTables } from '../engines/packetspace/canonical-nft.ts'
import { PacketspaceError } from '../engines/packetspace/errors.ts'
import { readNftJson } from '../engines/packetspace/read-nft-json.ts'
import type { House } from './house.ts'
import type { Work } from './work.ts'

/** Segmentation is proved; null in a demonstration, and where no intent is written down. */
export function openNetwork({ house, give, live, onProblem }: Work): RunningNetwork | null {
  if (house.demo || nothingAsked(house)) return null
  return startNetwork({
    clock: house.clock,
    config: house.config.network,
    rulesOf: () => knownRules(house, onProblem),
    replay: replayHere,
    give,
    onProblem,
    onProved: () => live.tell({ type: 'firewall', at: house.clock.now() }),
  })
}

const nothingAsked = ({ config: { network } }: Pick<House, 'config'>): boolean =>
  network.intents.length === 0 && network.redundant.length === 0

/** Of enrolled hosts what they told last; of this machine what its kernel has now. */
export async function knownRules(
  house: Pick<House, 'database' | 'clock' | 'config'>,
  onProblem: (where: string, error: unknown) => void,
): Promise<ReadonlyMap<string, HostRules>> {
  const known = new Map<string, HostRules>()
  const add = (host: string, json: unknown, text: string, seenAt: Date): void => {
    try {
      // A table that sleeps lets everything through, whatever stands in it; only the text says so.
      const rules = readNftJson(json, { dormant: dormantTables(text) })
      known.set(host, { host, rules, text, json, seenAt })
    } catch (error) {
      if (!(error instanceof PacketspaceError)) throw error
      onProblem(`rules of ${host}`, error)
    }
  }
  const rows = await house.database
    .stage('bf_network')
    .query<{ host: string; json: string; text: string; seenAt: Date }>(
      `select distinct on (host) host, json, text, seen_at as "seenAt" from firewall.rules order by host, id desc`,
    )
  for (const { host, json, text, seenAt } of rows) add(host, JSON.parse(json), text, seenAt)
  const own = house.config.systems.find(({ kind }) => kind === 'host')
  if (own !== undefined && !known.has(own.name)) {
    const transport = localTransport()
    const [json, text] = [
      await transport.run('nft', ['-j', 'list', 'ruleset']),
      await transport.run('nft', ['list', 'ruleset']),
    ]
    if (json?.exitCode === 0 && text?.exitCode === 0)
      add(own.name, JSON.parse(json.stdout), text.stdout, house.clock.now())
  }
  return known
}
