import { whoCan } from '../../capabilities/access/graph/who-can.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'
import { wrongUsage } from '../options.ts'

const TARGET = /^(root|superuser|create-roles|(account|role|read|write):.{1,128})$/u

/** `bergfried who-can TARGET SYSTEM`: everybody who can do something on a system, each by a shortest way. */
export const whoCanCommand = defineCommand({
  name: 'who-can',
  summary: {
    de: 'zeigt, wer auf einem System etwas kann, und auf welchem Weg',
    en: 'shows who can do something on a system, and by which way',
  },
  args: [
    {
      name: 'TARGET',
      help: {
        de: 'root, superuser, create-roles, account:NAME, role:NAME, read:DATENBANK, write:DATENBANK',
        en: 'root, superuser, create-roles, account:NAME, role:NAME, read:DATABASE, write:DATABASE',
      },
    },
    { name: 'SYSTEM', help: { de: 'System', en: 'system' } },
  ],
  options: CONFIG_OPTION,
  run: (world, { args, options }) => {
    const [target = '', system = ''] = args
    if (!TARGET.test(target)) throw wrongUsage(`TARGET: ${target}`, `TARGET: ${target}`)
    return withHouse(world, options['config'] as string | undefined, async (house) => {
      const paths = await whoCan(house.database, system, target)
      for (const { start, steps } of paths)
        world.out(`${start}\n${steps.map((step) => `    → ${step.to}  (${step.why})`).join('\n')}`)
      if (paths.length === 0) world.note(world.lang === 'de' ? 'Niemand.' : 'Nobody.')
      return 0
    })
  },
})
