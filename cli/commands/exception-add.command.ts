import { addException } from '../../capabilities/assurance/exceptions.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'
import { instantOption, required } from '../options.ts'
import { caller } from '../person.ts'

/** `bergfried exception add`: accepts a deviation for a time. */
export const exceptionAdd = defineCommand({
  name: 'exception add',
  summary: {
    de: 'nimmt eine Abweichung befristet hin; der Befund bleibt sichtbar',
    en: 'accepts a deviation for a time; the finding stays visible',
  },
  options: {
    ...CONFIG_OPTION,
    check: { type: 'string', value: 'ID', help: { de: 'Prüfung', en: 'check' } },
    system: { type: 'string', value: 'NAME', help: { de: 'nur dieses System', en: 'this system only' } },
    resource: { type: 'string', help: { de: 'nur diese Ressource', en: 'this resource only' } },
    owner: { type: 'string', help: { de: 'wer dafür einsteht', en: 'who answers for it' } },
    reason: { type: 'string', help: { de: 'warum', en: 'why' } },
    until: {
      type: 'string',
      value: 'DAY',
      help: { de: 'bis wann, höchstens 400 Tage', en: 'until when, 400 days at most' },
    },
  },
  run: (world, { options }) =>
    withHouse(world, options['config'] as string | undefined, async (house) => {
      const id = await addException(
        house.database.stage('bf_desk'),
        {
          check: required(options, 'check'),
          system: (options['system'] as string | undefined) ?? null,
          resource: (options['resource'] as string | undefined) ?? null,
          owner: required(options, 'owner'),
          reason: required(options, 'reason'),
          until: instantOption('--until', required(options, 'until')).toISOString(),
        },
        {
          by: caller(world),
          now: house.clock.now(),
          known: { checks: new Set(house.checks.keys()), systems: new Set(house.systems.map((s) => s.name)) },
        },
      )
      world.out(`${id}`)
      return 0
    }),
})
