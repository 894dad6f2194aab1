import { resetAccount } from '../../capabilities/identity/accounts/invite.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'

/** `bergfried account reset LOGIN`: a new way in for somebody who lost every old one. */
export const accountReset = defineCommand({
  name: 'account reset',
  summary: {
    de: 'macht eine neue Einladung und beendet alle bisherigen Wege und Sitzungen der Person',
    en: 'makes a new invitation and ends all ways in and sessions of the person',
  },
  args: [{ name: 'LOGIN', help: { de: 'Anmeldename', en: 'sign-in name' } }],
  options: CONFIG_OPTION,
  run: (world, { args, options }) =>
    withHouse(world, options['config'] as string | undefined, async (house) => {
      const { config } = house
      const url = config.face.url ?? `http://localhost:${config.listen.port}`
      const { link, until } = await resetAccount(house.database.stage('bf_identity'), args[0] ?? '', {
        url,
        now: house.clock.now(),
      })
      world.out(link)
      world.note(
        world.lang === 'de' ? `Gilt einmal, bis ${until.toISOString()}.` : `Good once, until ${until.toISOString()}.`,
      )
      return 0
    }),
})
