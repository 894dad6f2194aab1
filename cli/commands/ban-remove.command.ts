import { userInfo } from 'node:os'
import { unbanByHand } from '../../capabilities/blocking/work/by-hand.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'

/** `bergfried ban remove ADDRESS`: lets somebody in again. The running server takes it out of the kernel within ten seconds. */
export const banRemove = defineCommand({
  name: 'ban remove',
  summary: { de: 'lässt wieder herein, wer ausgesperrt ist', en: 'lets in again who is kept out' },
  args: [{ name: 'NETWORK', help: { de: 'wie `ban list` es zeigt', en: 'as `ban list` shows it' } }],
  options: CONFIG_OPTION,
  run: (world, { args, options }) =>
    withHouse(world, options['config'] as string | undefined, async (house) => {
      await unbanByHand(
        house.database.stage('bf_detect'),
        house.clock.now(),
        args[0] ?? '',
        `local:${userInfo().username}`,
      )
      return 0
    }),
})
