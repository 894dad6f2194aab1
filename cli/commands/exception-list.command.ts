import { listExceptions } from '../../capabilities/assurance/exceptions.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'

/** `bergfried exception list`: exceptions that hold now. */
export const exceptionList = defineCommand({
  name: 'exception list',
  summary: { de: 'zeigt die laufenden Ausnahmen', en: 'shows the exceptions that hold now' },
  options: { ...CONFIG_OPTION, all: { type: 'boolean', help: { de: 'auch beendete', en: 'ended ones too' } } },
  run: (world, { options }) =>
    withHouse(world, options['config'] as string | undefined, async (house) => {
      const live = options['all'] !== true
      for (const e of await listExceptions(house.database.stage('bf_publish'), house.clock.now(), live)) {
        const what = [e.check, e.system ?? '*', e.resource ?? '*'].join(' ')
        world.out(
          `${String(e.id).padStart(4)}  ${e.until.slice(0, 10)}  ${what}  (${e.owner}: ${e.reason})${e.endedAt === null ? '' : ' †'}`,
        )
      }
      return 0
    }),
})
