import { listAccounts } from '../../capabilities/identity/accounts/list-accounts.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'

/** `bergfried account list`: who may sign in, with roles and ways. */
export const accountList = defineCommand({
  name: 'account list',
  summary: { de: 'zeigt, wer sich anmelden darf', en: 'shows who may sign in' },
  options: CONFIG_OPTION,
  run: (world, { options }) =>
    withHouse(world, options['config'] as string | undefined, async (house) => {
      const locked = world.lang === 'de' ? 'gesperrt' : 'locked'
      const invited = world.lang === 'de' ? 'eingeladen' : 'invited'
      for (const a of await listAccounts(house.database.stage('bf_identity'), house.clock.now())) {
        const state = a.lockedAt !== null ? locked : a.methods.length === 0 ? invited : a.methods.join(', ')
        world.out(`${a.login.padEnd(32)}  ${a.roles.join(', ').padEnd(24)}  ${state}  ${a.name}`)
      }
      return 0
    }),
})
