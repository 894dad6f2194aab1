import { readBans } from '../../capabilities/blocking/read-bans.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'

/** `bergfried ban list`: who is kept out. */
export const banList = defineCommand({
  name: 'ban list',
  summary: { de: 'zeigt, wer ausgesperrt ist, warum und bis wann', en: 'shows who is kept out, why and until when' },
  options: CONFIG_OPTION,
  run: (world, { options }) =>
    withHouse(world, options['config'] as string | undefined, async (house) => {
      const { live, spared } = await readBans({ database: house.database, blocking: null })
      const { mode } = house.config.blocking
      const de = world.lang === 'de'
      const MODES = {
        off: ['aus', 'off'],
        'dry-run': ['nur geprobt', 'rehearsed only'],
        armed: ['scharf', 'armed'],
      } as const
      world.out(`${de ? 'Modus' : 'mode'}: ${MODES[mode][de ? 0 : 1]}`)
      for (const ban of live) {
        const why = ban.reason ?? ban.rule
        world.out(
          `${ban.armed ? '■' : '□'} ${ban.network.padEnd(24)} ${de ? 'bis' : 'until'} ${ban.until.slice(0, 16)}Z  ${why}`,
        )
      }
      if (live.length === 0) world.out(de ? 'Niemand ist ausgesperrt.' : 'Nobody is kept out.')
      if (spared.length > 0)
        world.note(
          de
            ? `${spared.length} Angreifer wurden verschont (Liste, Grenzen).`
            : `${spared.length} attackers were spared (list, limits).`,
        )
      return 0
    }),
})
