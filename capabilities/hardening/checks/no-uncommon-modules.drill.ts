import { defineDrill } from '../../../kernel/drill/drill.ts'

const DCCP = 'dccp 151552 0 - Live 0x0000000000000000\n'

export const noUncommonModulesDrill = defineDrill({
  check: 'hardening.no-uncommon-modules',
  sandbox: 'host',
  title: {
    de: 'Ein Nutzer bringt den Kernel dazu, ein seltenes Protokoll zu laden',
    en: 'A user makes the kernel load a rare protocol',
  },
  expect: [{ resource: 'dccp', reason: 'protocol' }],
  async break(host) {
    await host.append('/proc/modules', DCCP)
  },
  async mend(host) {
    await host.write('/proc/modules', ((await host.read('/proc/modules')) ?? '').replace(DCCP, ''))
  },
})
