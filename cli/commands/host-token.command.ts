import { accessKeeper } from '../../app/keeper/access-keeper.ts'
import { keeperInput } from '../../app/keeper/from-config.ts'
import { prepareStart } from '../../app/keeper/supervise.ts'
import { enrolHost } from '../../capabilities/access/hosts/host-store.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'
import { caller } from '../person.ts'

/** `bergfried host token NAME`: what a host needs to be enrolled, on the machine of the server. The server has to run. */
export const hostToken = defineCommand({
  name: 'host token',
  summary: {
    de: 'macht, was eine Maschine zur Aufnahme braucht, und zeigt es einmal',
    en: 'makes what a host needs to be enrolled, and shows it once',
  },
  args: [
    {
      name: 'NAME',
      help: { de: 'Name der Maschine in den Berechtigungen', en: 'name of the host in the entitlements' },
    },
  ],
  options: CONFIG_OPTION,
  run: (world, { args, options }) =>
    withHouse(world, options['config'] as string | undefined, async (house) => {
      const { socket } = await prepareStart(await keeperInput(house.config, world.env))
      const keeper = accessKeeper(socket)
      try {
        const { authority, orders } = await keeper.status()
        const name = args[0] ?? ''
        const token = await house.database
          .stage('bf_access')
          .transaction((tx) => enrolHost(tx, house.clock.now(), name, caller(world)))
        const server = house.config.face.url ?? `http://localhost:${house.config.listen.port}`
        world.out(JSON.stringify({ server, host: name, authority, orders, token }, null, 2))
        world.note(
          world.lang === 'de'
            ? 'Als enrol.json auf die Maschine bringen und dort als root: bergfried host enroll enrol.json'
            : 'Bring it to the host as enrol.json, and there as root: bergfried host enroll enrol.json',
        )
        return 0
      } finally {
        keeper.close()
      }
    }),
})
