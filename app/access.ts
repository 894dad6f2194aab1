import { type AccessInput, type RunningAccess, startAccess } from '../capabilities/access/start-access.ts'
import type { Actor } from '../kernel/act/actor.ts'
import { actorFor, databaseOf } from './actors.ts'
import { accessKeeper } from './keeper/access-keeper.ts'
import { settleGrants } from './settle-grants.ts'
import type { Work } from './work.ts'

const SETTLE_MS = 10_000

/** Access at work; null where everything is made up: a demonstration acts on nothing. */
export async function openAccess(
  work: Omit<Work, 'folder' | 'give'>,
  opens: AccessInput['opens'] = null,
): Promise<RunningAccess | null> {
  const { house, env, keeperSocket, live, onProblem, register } = work
  if (house.demo) return null
  const keeper = accessKeeper(keeperSocket)
  const actors = new Map<string, Actor>()
  for (const system of house.config.systems) {
    const actor = actorFor(system, env)
    if (actor !== null) actors.set(system.name, actor)
  }
  let settling: Promise<void> = Promise.resolve()
  const settle = (): void => {
    settling = register
      .alone(() => settleGrants(house, register.changed))
      .catch((error: unknown) => onProblem('register', error))
  }
  // An import replaces rows, those of grants too: they come back here.
  const timer = setInterval(settle, SETTLE_MS)
  timer.unref()
  const access = startAccess({
    database: house.database,
    clock: house.clock,
    keeper,
    config: house.config.access,
    actors,
    addressOf: (name) => databaseOf(house.config.systems.find((system) => system.name === name)),
    opens,
    onProblem,
    onMoved: () => {
      live.tell({ type: 'access', at: house.clock.now() })
      settle()
    },
  })
  return {
    ...access,
    stop: async () => {
      clearInterval(timer)
      await access.stop()
      await settling
      keeper.close()
    },
  }
}
