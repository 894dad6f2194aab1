import type { AccessInput } from '../capabilities/access/start-access.ts'
import { firewallFacts } from '../capabilities/firewall/hosts/facts.ts'
import { openingActor } from '../capabilities/firewall/hosts/opening-actor.ts'
import { startFirewall } from '../capabilities/firewall/start-firewall.ts'
import { sameMeaning } from '../engines/packetspace/same-meaning.ts'
import { HostError } from '../host/errors.ts'
import { connects } from '../host/firewall/probes.ts'
import { rehearse, WarmRehearsal } from '../host/firewall/rehearse.ts'
import type { FirewallDesk } from '../kernel/act/firewall-desk.ts'
import { BergfriedError } from '../kernel/errors.ts'
import { firewallKeeper } from './keeper/firewall-keeper.ts'
import type { Work } from './work.ts'

/** Facts that nobody tells again become stale. */
const TELL_MS = 120_000

export interface RunningFirewall extends FirewallDesk {
  readonly opens: NonNullable<AccessInput['opens']>
  stop(): Promise<void>
}

/** Changes of firewalls; null where everything is made up. */
export function openFirewall({ house, keeperSocket, live, give, onProblem }: Work): RunningFirewall | null {
  if (house.demo) return null
  const keeper = firewallKeeper(keeperSocket)
  const warm = new WarmRehearsal()
  const desk = startFirewall({
    keeper,
    rehearse: (rules) => translated(() => rehearse(rules)),
    rehearseAgain: (rules) => translated(() => warm.read(rules)),
    connects: (address, port) => connects({ address, port }),
    sameMeaning,
    onMoved: () => {
      live.tell({ type: 'firewall', at: house.clock.now() })
      tell()
    },
  })
  const deps = { database: house.database, clock: house.clock, firewall: desk, live }
  let telling: Promise<void> | null = null
  let again = false
  // One at a time: what moved meanwhile is told after it.
  function tell(): void {
    again = telling !== null
    telling ??= firewallFacts(deps)
      .then(give)
      .catch((error: unknown) => onProblem('firewall', error))
      .finally(() => {
        telling = null
        if (again) tell()
      })
  }
  tell()
  const timer = setInterval(tell, TELL_MS)
  timer.unref()
  return {
    ...desk,
    opens: (host, endInKeeper) => openingActor(host, desk, endInKeeper),
    stop: async () => {
      clearInterval(timer)
      again = false
      await telling
      await warm.close()
      keeper.close()
    },
  }
}

/** What hosts rehearse with, on this machine. @throws {BergfriedError} `firewall.rules`, `firewall.no_rehearsal` */
async function translated<T>(what: () => Promise<T>): Promise<T> {
  try {
    return await what()
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
