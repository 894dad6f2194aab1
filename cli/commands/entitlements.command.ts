import type { AccessView } from '../../capabilities/access/contract.ts'
import { defineCommand } from '../command.ts'
import { remoteOf } from '../remote/call.ts'

/** `bergfried entitlements`: what can be asked for. */
export const entitlements = defineCommand({
  name: 'entitlements',
  summary: { de: 'zeigt, was beantragt werden kann', en: 'shows what can be asked for' },
  async run(world) {
    const { entitlements: all } = await (await remoteOf(world)).call<AccessView>('access')
    for (const e of all) {
      const ready = e.ready ? '' : world.lang === 'de' ? '  (hier handelt niemand)' : '  (nobody acts here)'
      world.out(`${e.name.padEnd(24)} ${e.system.padEnd(20)} ${e.level.padEnd(8)} ${e.title[world.lang]}${ready}`)
    }
    return 0
  },
})
