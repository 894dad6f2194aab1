import { BergfriedError } from '../../kernel/errors.ts'
import { endToken } from '../../kernel/http/tokens.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'

/** `bergfried token end ID`: the token is refused from now on. */
export const tokenEnd = defineCommand({
  name: 'token end',
  summary: { de: 'beendet ein Token sofort', en: 'ends a token at once' },
  args: [{ name: 'ID', help: { de: 'Nummer des Tokens', en: 'number of the token' } }],
  options: CONFIG_OPTION,
  run: (world, { args, options }) =>
    withHouse(world, options['config'] as string | undefined, async (house) => {
      const id = Number(args[0]) || 0
      if (!(await endToken(house.database.stage('bf_desk'), id, house.clock.now()))) {
        throw new BergfriedError('http.not_found', { what: `token ${id}` })
      }
      return 0
    }),
})
