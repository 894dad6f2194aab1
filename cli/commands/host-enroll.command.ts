import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import * as z from 'zod'
import { activate, carryOut, showChange } from '../../host/enroll.ts'
import { planEnroll } from '../../host/enroll-plan.ts'
import { layoutOf } from '../../host/layout.ts'
import { defineCommand } from '../command.ts'
import { wrongUsage } from '../options.ts'
import { asHost } from '../remote/host-errors.ts'

const Enrolment = z.strictObject({
  server: z.string(),
  host: z.string(),
  authority: z.string(),
  orders: z.string(),
  token: z.string(),
})

/** `bergfried host enroll FILE [--apply] [--server-ca FILE] [--firewall]`: shows what it would change on this host, and with --apply changes it. */
export const hostEnroll = defineCommand({
  name: 'host enroll',
  summary: {
    de: 'nimmt diese Maschine auf: zeigt jede Änderung, mit --apply macht es sie (als root)',
    en: 'enrols this host: shows every change, with --apply makes them (as root)',
  },
  args: [{ name: 'FILE', help: { de: 'was „host token“ ausgab', en: 'what “host token” printed' } }],
  options: {
    apply: { type: 'boolean', help: { de: 'macht die Änderungen', en: 'makes the changes' } },
    firewall: {
      type: 'boolean',
      help: { de: 'auch Firewall-Änderungen machen', en: 'make changes of the firewall, too' },
    },
    'server-ca': {
      type: 'string',
      value: 'FILE',
      help: { de: 'Zertifikat der Stelle des Servers (PEM)', en: 'certificate of the authority of the server (PEM)' },
    },
  },
  run: (world, { args, options }) =>
    asHost(world, async () => {
      const text = await readFile(resolve(world.cwd, args[0] ?? ''), 'utf8').catch(() => '')
      const read = Enrolment.safeParse(jsonOf(text))
      if (!read.success) throw wrongUsage('FILE: nicht, was „host token“ ausgibt', 'FILE: not what “host token” prints')
      const authority = options['server-ca']
      const layout = layoutOf('/')
      const plan = planEnroll('/', layout, {
        ...read.data,
        serverAuthority: typeof authority === 'string' ? await readFile(resolve(world.cwd, authority), 'utf8') : null,
        mode: 'strict',
        firewall: options['firewall'] === true,
      })
      for (const change of plan.changes) world.out(showChange(change, world.lang))
      for (const warning of plan.warnings) world.note(`! ${warning[world.lang]}`)
      if (options['apply'] !== true) return 0
      await carryOut(layout, plan)
      for (const left of await activate('/', layout)) world.note(`! ${left[world.lang]}`)
      return 0
    }),
})

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
