import { ownNetworks, thisKernel } from '../capabilities/blocking/enforce.ts'
import { type RunningBlocking, startBlocking } from '../capabilities/blocking/work/worker.ts'
import type { Work } from './work.ts'

/** Somebody who did something in a session within this time is there. */
const PRESENT = "interval '15 minutes'"

/** Attackers are kept out; null in a demonstration, and where nothing is said of it. */
export function openBlocking({ house, give, live, onProblem }: Work): RunningBlocking | null {
  const { config, database, clock } = house
  if (house.demo || !config.blocking.configured) return null
  return startBlocking({
    pool: database.stage('bf_detect'),
    clock,
    config: config.blocking,
    kernel: thisKernel(),
    own: ownNetworks,
    present: async () => {
      const rows = await database
        .stage('bf_identity')
        .query<{ address: string }>(
          `select distinct address from identity.session where until > $1 and last_seen_at > $1::timestamptz - ${PRESENT} limit 1000`,
          [clock.now()],
        )
      return rows.map(({ address }) => address)
    },
    give,
    onProblem,
    onMoved: () => live.tell({ type: 'bans', at: clock.now() }),
  })
}
