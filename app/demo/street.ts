import { labelsOf, systemNamed } from '../../demo/company.ts'
import type { Street } from '../../demo/seed.ts'
import { judge } from '../../kernel/check/judge.ts'
import type { Clock } from '../../kernel/clock/clock.ts'
import { collectAll, rollUp } from '../cycle.ts'
import type { House } from '../house.ts'
import { Dirty } from '../judging.ts'
import { Statements } from '../statements.ts'

/** The measuring street of a house under another clock, step by step: what the watch does, without its timers. */
export function streetOf(house: House, clock: Clock): Street {
  const walked: House = { ...house, clock }
  const dirty = new Dirty([...house.checks.values()])
  const statements = new Statements(walked)
  dirty.everything(house.systems)
  return {
    collect: async (names) => {
      const systems = house.systems
        .filter((s) => names.includes(s.name))
        .map((s) => ({ ...s, target: undefined as never, labels: labelsOf(systemNamed(s.name)) }))
      const defects: unknown[] = []
      const onDefect = (_where: string, error: unknown) => defects.push(error)
      for (const event of await collectAll(walked, { systems, withSlow: true, onDefect })) {
        dirty.changed(event.system, event.changed, house.systems)
      }
      if (defects.length > 0) throw defects[0]
    },
    changed: (system, kinds) => dirty.changed(system, kinds, house.systems),
    judge: async () => {
      dirty.ticked(house.systems)
      await judge(house.database.stage('bf_judge'), clock, dirty.take(), 'collection')
      await statements.consider(await rollUp(walked), clock.now())
    },
  }
}
