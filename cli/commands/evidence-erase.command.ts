import { erasePerson } from '../../capabilities/assurance/erasure.ts'
import { eraseAccount } from '../../capabilities/identity/accounts/erase-account.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'
import { wrongUsage } from '../options.ts'

/** `bergfried evidence erase NAME`: makes what the evidence says of a person unreadable for ever. */
export const evidenceErase = defineCommand({
  name: 'evidence erase',
  summary: {
    de: 'macht unlesbar, was der Nachweis über eine Person sagt (DSGVO Art. 17)',
    en: 'makes unreadable what the evidence says of a person (GDPR Art. 17)',
  },
  args: [
    {
      name: 'NAME',
      help: { de: 'die Person, genau wie in den Entscheidungen', en: 'the person, exactly as in the decisions' },
    },
  ],
  options: {
    ...CONFIG_OPTION,
    yes: { type: 'boolean', help: { de: 'ja, unwiderruflich', en: 'yes, for ever' } },
  },
  run: (world, { args, options }) =>
    withHouse(world, options['config'] as string | undefined, async (house) => {
      if (options['yes'] !== true) {
        throw wrongUsage(
          'Das Löschen lässt sich nicht zurücknehmen. Mit --yes bestätigen.',
          'Erasing cannot be taken back. Confirm with --yes.',
        )
      }
      await eraseAccount(house.database.stage('bf_identity'), args[0] ?? '', house.clock.now()).catch(
        (error: unknown) => {
          // Most people of the evidence never had an account here.
          if (!(error instanceof BergfriedError && error.code === 'http.not_found')) throw error
        },
      )
      const subject = await erasePerson(house.database.stage('bf_desk'), args[0] ?? '', house.clock.now())
      world.out(
        world.lang === 'de'
          ? `Gelöscht. Im Nachweis steht an dieser Stelle nur noch ${subject}.`
          : `Erased. In the evidence there is only ${subject} in its place.`,
      )
      return 0
    }),
})
