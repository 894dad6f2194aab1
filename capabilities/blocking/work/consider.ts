import { randomUUID } from 'node:crypto'
import type { BlockingConfig } from '../../../kernel/config/blocking-config.ts'
import type { Transaction } from '../../../kernel/db/database.ts'
import { type Attacker, type Decided, decide } from '../decide/decide.ts'
import { type Network, networkOf, widened } from '../decide/network.ts'
import { beginBans, recordSpared, standingOf } from '../store.ts'

export interface Surroundings {
  readonly now: Date
  readonly config: BlockingConfig
  readonly never: readonly Network[]
  /** Distinct client addresses of the last hour; null: nobody counted. */
  readonly clients: readonly string[] | null
}

const LEVELS = ['low', 'medium', 'high', 'critical'] as const

/**
 * Decides about attackers and writes down what was decided, in the transaction of the alerts that they come from. One decision at a time:
 * two at once would each see room for all.
 */
export async function consider(
  tx: Transaction,
  attackers: readonly Attacker[],
  { now, config, never, clients }: Surroundings,
): Promise<Decided> {
  const worth = attackers.filter(({ level }) => LEVELS.indexOf(level) >= LEVELS.indexOf(config.from))
  if (config.mode === 'off' || worth.length === 0) return { bans: [], held: [] }
  await tx.query(`select pg_advisory_xact_lock(hashtext('bergfried.blocking'))`)
  const possible = worth.flatMap(({ address }) => {
    const network = networkOf(address)
    return network === null ? [] : [widened(network, 64).text, widened(network, 24).text]
  })
  const standing = await standingOf(tx, now, possible)
  const decided = decide(worth, config.limits, { ...standing, now, never, clients })
  const armed = config.mode === 'armed'
  await beginBans(
    tx,
    now,
    armed,
    decided.bans.map((ban) => ({ ...ban, id: randomUUID() })),
  )
  const rules = new Map(worth.map(({ address, rule }) => [address, rule]))
  const told = decided.held.filter(({ why }) => why !== 'known')
  await recordSpared(
    tx,
    now,
    told.map((one) => ({ ...one, rule: rules.get(one.address) ?? '' })),
  )
  return decided
}
