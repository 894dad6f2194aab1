import { startFirewall } from '../capabilities/firewall/start-firewall.ts'
import { sameMeaning } from '../engines/packetspace/same-meaning.ts'
import { HostError } from '../host/errors.ts'
import { connects } from '../host/firewall/probes.ts'
import { rehearse } from '../host/firewall/rehearse.ts'
import type { FirewallDesk, NftRules } from '../kernel/act/firewall-desk.ts'
import { BergfriedError } from '../kernel/errors.ts'
import { firewallKeeper } from './keeper/firewall-keeper.ts'
import type { Work } from './work.ts'

export interface RunningFirewall extends FirewallDesk {
  stop(): Promise<void>
}

/** Changes of firewalls; null where everything is made up. */
export function openFirewall({
  house,
  keeperSocket,
  live,
}: Pick<Work, 'house' | 'keeperSocket' | 'live'>): RunningFirewall | null {
  if (house.demo) return null
  const keeper = firewallKeeper(keeperSocket)
  const desk = startFirewall({
    keeper,
    rehearse: tried,
    connects: (address, port) => connects({ address, port }),
    sameMeaning,
    onMoved: () => live.tell({ type: 'firewall', at: house.clock.now() }),
  })
  return {
    ...desk,
    stop: async () => keeper.close(),
  }
}

/** The rehearsal of hosts, on this machine. @throws {BergfriedError} `firewall.rules`, `firewall.no_rehearsal` */
export async function tried(rules: string): Promise<NftRules> {
  try {
    return await rehearse(rules)
  } catch (error) {
    if (!(error instanceof HostError)) throw error
    const { reason } = error.detail
    throw new BergfriedError(
      error.code === 'refused' ? 'firewall.rules' : 'firewall.no_rehearsal',
      { reason },
      { cause: error },
    )
  }
}
