import { carryOutUndo, planUndo, reloadSshd, showChange } from '../../host/enroll.ts'
import { layoutOf } from '../../host/layout.ts'
import { defineCommand } from '../command.ts'
import { asHost } from '../remote/host-errors.ts'

/** `bergfried host undo [--apply]`: takes back what enrolling changed on this host. */
export const hostUndo = defineCommand({
  name: 'host undo',
  summary: {
    de: 'nimmt die Aufnahme dieser Maschine zurück: zeigt jede Änderung, mit --apply macht es sie (als root)',
    en: 'takes the enrolment of this host back: shows every change, with --apply makes them (as root)',
  },
  options: { apply: { type: 'boolean', help: { de: 'macht die Änderungen', en: 'makes the changes' } } },
  run: (world, { options }) =>
    asHost(world, async () => {
      const layout = layoutOf('/')
      const changes = planUndo('/', layout)
      for (const change of changes) world.out(showChange(change, world.lang))
      if (options['apply'] !== true) return 0
      await carryOutUndo(layout, changes)
      for (const left of reloadSshd(layout)) world.note(`! ${left[world.lang]}`)
      return 0
    }),
})
