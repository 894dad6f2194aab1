import { runAgent } from '../../host/agent.ts'
import { layoutOf } from '../../host/layout.ts'
import { linkTo, trustServer } from '../../host/server-link.ts'
import { readSettings } from '../../host/settings.ts'
import { systemClock } from '../../host/system-clock.ts'
import { defineCommand } from '../command.ts'
import { asHost } from '../remote/host-errors.ts'

/** `bergfried host agent`: enforces on an enrolled host until it is ended; systemd starts an installed copy where there is systemd. */
export const hostAgent = defineCommand({
  name: 'host agent',
  summary: {
    de: 'setzt auf dieser aufgenommenen Maschine durch, bis es beendet wird',
    en: 'enforces on this enrolled host, until it is ended',
  },
  run: (world) =>
    asHost(world, async () => {
      const layout = layoutOf('/')
      const settings = readSettings(layout.settings)
      trustServer(layout, settings)
      const note = (text: { readonly de: string; readonly en: string }) => world.note(text[world.lang])
      await runAgent({
        layout,
        settings,
        link: linkTo(layout, settings),
        clock: systemClock,
        signal: world.signal,
        note,
      })
      return 0
    }),
})
