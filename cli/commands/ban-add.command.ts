import { userInfo } from 'node:os'
import { networkOf } from '../../capabilities/blocking/decide/network.ts'
import { ownNetworks } from '../../capabilities/blocking/enforce.ts'
import { banByHand } from '../../capabilities/blocking/work/by-hand.ts'
import { secondsOf } from '../../kernel/config/seconds.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'
import { wrongUsage } from '../options.ts'

/** `bergfried ban add ADDRESS`: keeps somebody out. The running server puts it into the kernel within ten seconds. */
export const banAdd = defineCommand({
  name: 'ban add',
  summary: { de: 'sperrt eine Adresse oder ein Netz aus', en: 'keeps an address or a network out' },
  args: [
    {
      name: 'NETWORK',
      help: { de: 'Adresse, /24 (IPv4) oder /64 (IPv6)', en: 'an address, a /24 (IPv4) or a /64 (IPv6)' },
    },
  ],
  options: {
    ...CONFIG_OPTION,
    for: { type: 'string', value: 'PT1H', help: { de: 'wie lange (ISO 8601)', en: 'for how long (ISO 8601)' } },
    reason: { type: 'string', value: 'TEXT', help: { de: 'warum', en: 'why' } },
  },
  run: (world, { args, options }) =>
    withHouse(world, options['config'] as string | undefined, async (house) => {
      const seconds = secondsOf(String(options['for'] ?? 'PT1H'))
      const reason = options['reason']
      if (typeof reason !== 'string' || reason === '') throw wrongUsage('--reason TEXT angeben.', 'Say --reason TEXT.')
      if (seconds < 60 || seconds > 31_622_400)
        throw wrongUsage('--for: eine Dauer von PT1M bis P366D.', '--for: a duration from PT1M to P366D.')
      const { addresses } = await ownNetworks()
      const never = [...house.config.blocking.never, ...addresses].flatMap((text) => networkOf(text) ?? [])
      const pool = house.database.stage('bf_detect')
      const by = `local:${userInfo().username}`
      const ban = { network: args[0] ?? '', seconds, reason, by }
      world.out(await banByHand(pool, house.config.blocking, never, house.clock.now(), ban))
      return 0
    }),
})
