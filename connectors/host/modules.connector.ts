import { defineConnector } from '../../kernel/collect/connector.ts'
import { required } from './source.ts'

/** Loaded kernel modules, from /proc/modules (proc_modules(5)). */
export const hostModulesConnector = defineConnector({
  id: 'host.modules',
  system: 'host',
  produces: ['kernel_module'],
  every: 'PT1H',
  needs: { de: 'keine besonderen Rechte', en: 'no special rights' },
  async collect({ transport }, { emit }) {
    const text = await transport.readFile('/proc/modules')
    if (text === null) {
      // A kernel without support for modules has no such file and loads none; a host without /proc cannot be read.
      await required(transport, '/proc/sys/kernel/osrelease')
      return
    }
    for (const module of parseModules(text)) await emit('kernel_module', { module })
  },
})

export const parseModules = (text: string): readonly string[] =>
  [...new Set(text.split('\n').flatMap((line) => /^([\w-]{1,64}) \d/.exec(line)?.[1] ?? []))].sort()
