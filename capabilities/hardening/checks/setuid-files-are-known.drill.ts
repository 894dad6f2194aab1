import { defineDrill } from '../../../kernel/drill/drill.ts'

export const setuidFilesAreKnownDrill = defineDrill({
  check: 'hardening.setuid-files-are-known',
  sandbox: 'host',
  title: {
    de: 'Jemand legt ein Programm mit Rechten von root ab',
    en: 'Somebody leaves a program with the rights of root',
  },
  expect: [{ resource: '/usr/local/bin/backdoor', reason: 'no_package' }],
  async break(host) {
    await host.write('/usr/local/bin/backdoor', '', '4755')
  },
  async mend(host) {
    await host.remove('/usr/local/bin/backdoor')
  },
})
