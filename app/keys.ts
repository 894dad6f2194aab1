import { type RunningKeys, startKeys } from '../capabilities/fields/start-keys.ts'
import { keysKeeper } from './keeper/keys-keeper.ts'
import type { Work } from './work.ts'

/** Keys of fields at work; null where everything is made up. */
export function openKeys({ house, keeperSocket, live, give, onProblem }: Work): RunningKeys | null {
  if (house.demo) return null
  const keeper = keysKeeper(keeperSocket)
  const { database, clock } = house
  const onMoved = () => live.tell({ type: 'keys', at: clock.now() })
  const running = startKeys({ database, clock, keeper, give, onProblem, onMoved })
  return {
    ...running,
    stop: async () => {
      await running.stop()
      keeper.close()
    },
  }
}
