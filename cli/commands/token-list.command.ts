import { listTokens } from '../../kernel/http/tokens.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'

/** `bergfried token list`: tokens that are still good, without their secrets. */
export const tokenList = defineCommand({
  name: 'token list',
  summary: { de: 'zeigt die gültigen Token', en: 'shows the tokens that are still good' },
  options: CONFIG_OPTION,
  run: (world, { options }) =>
    withHouse(world, options['config'] as string | undefined, async (house) => {
      for (const t of await listTokens(house.database.stage('bf_desk'), house.clock.now())) {
        world.out(
          `${String(t.id).padStart(4)}  ${t.until.toISOString().slice(0, 10)}  ${t.name}  ${t.permissions.join(', ')}`,
        )
      }
      return 0
    }),
})
