import { endException } from '../../capabilities/assurance/exceptions.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'
import { caller } from '../person.ts'

/** `bergfried exception end ID`: ends an exception before its time. */
export const exceptionEnd = defineCommand({
  name: 'exception end',
  summary: { de: 'beendet eine Ausnahme vorzeitig', en: 'ends an exception before its time' },
  args: [{ name: 'ID', help: { de: 'Nummer der Ausnahme', en: 'number of the exception' } }],
  options: CONFIG_OPTION,
  run: (world, { args, options }) =>
    withHouse(world, options['config'] as string | undefined, async (house) => {
      await endException(house.database.stage('bf_desk'), Number(args[0]) || 0, caller(world), house.clock.now())
      return 0
    }),
})
