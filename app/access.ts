import { type RunningAccess, startAccess } from '../capabilities/access/start-access.ts'
import type { Actor } from '../kernel/act/actor.ts'
import type { Environment } from '../kernel/config/environment.ts'
import type { LiveFeed } from '../kernel/http/live-feed.ts'
import { actorFor, databaseOf } from './actors.ts'
import type { House } from './house.ts'
import { accessKeeper } from './keeper/access-keeper.ts'

/** Access at work; null where everything is made up: a demonstration acts on nothing. */
export async function openAccess(
  house: House,
  env: Environment,
  keeperSocket: string,
  live: LiveFeed,
  onProblem: (where: string, error: unknown) => void,
): Promise<RunningAccess | null> {
  if (house.demo) return null
  const keeper = accessKeeper(keeperSocket)
  const actors = new Map<string, Actor>()
  for (const system of house.config.systems) {
    const actor = actorFor(system, env)
    if (actor !== null) actors.set(system.name, actor)
  }
  const access = startAccess({
    database: house.database,
    clock: house.clock,
    keeper,
    config: house.config.access,
    actors,
    addressOf: (name) => databaseOf(house.config.systems.find((system) => system.name === name)),
    onProblem,
    onMoved: () => live.tell({ type: 'access', at: house.clock.now() }),
  })
  return {
    ...access,
    stop: async () => {
      await access.stop()
      keeper.close()
    },
  }
}
