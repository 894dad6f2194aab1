import { PERMISSIONS, type TokenPermission } from '../../kernel/http/route.ts'
import { createToken } from '../../kernel/http/tokens.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'
import { oneOf, required, wrongUsage } from '../options.ts'

/** `bergfried token create --name NAME --may read`: a token for the HTTP API, printed once. */
export const tokenCreate = defineCommand({
  name: 'token create',
  summary: {
    de: 'legt ein Token für die HTTP-Schnittstelle an und zeigt es einmal',
    en: 'makes a token for the HTTP API and shows it once',
  },
  options: {
    ...CONFIG_OPTION,
    name: { type: 'string', help: { de: 'wofür es ist', en: 'what it is for' } },
    may: {
      type: 'string',
      multiple: true,
      value: PERMISSIONS.join('|'),
      help: { de: 'was es darf, mehrfach möglich (read)', en: 'what it may do, repeatable (read)' },
    },
    days: {
      type: 'string',
      value: 'N',
      help: { de: 'Gültigkeit in Tagen, höchstens 366 (90)', en: 'validity in days, 366 at most (90)' },
    },
  },
  run: (world, { options }) =>
    withHouse(world, options['config'] as string | undefined, async (house) => {
      const permissions = ((options['may'] as readonly string[] | undefined) ?? ['read']).map(
        (word): TokenPermission => oneOf(word, PERMISSIONS, '--may'),
      )
      const days = Number(options['days'] ?? 90)
      if (!Number.isInteger(days) || days < 1 || days > 366)
        throw wrongUsage('--days: möglich sind 1 bis 366.', '--days: possible are 1 to 366.')
      const now = house.clock.now()
      const { token } = await createToken(house.database.stage('bf_desk'), {
        name: required(options, 'name').slice(0, 200),
        permissions,
        now,
        until: new Date(now.getTime() + days * 86_400_000),
      })
      world.out(token)
      return 0
    }),
})
