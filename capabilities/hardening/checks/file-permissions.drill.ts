import { defineDrill } from '../../../kernel/drill/drill.ts'

export const filePermissionsDrill = defineDrill({
  check: 'hardening.file-permissions',
  sandbox: 'host',
  title: {
    de: 'Jeder darf die Kennwortdatei lesen',
    en: 'Everybody may read the password file',
  },
  expect: [{ resource: '/etc/shadow', reason: 'too_open' }],
  async break(host) {
    await host.chmod('/etc/shadow', '0644')
  },
  async mend(host) {
    await host.chmod('/etc/shadow', '0640')
  },
})
