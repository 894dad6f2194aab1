import { defineDrill } from '../../../kernel/drill/drill.ts'

export const keyHoldersAreEntitledDrill = defineDrill({
  check: 'keys.key-holders-are-entitled',
  sandbox: 'host',
  title: {
    de: 'backup kommt in die Gruppe, die den TLS-Schlüssel liest',
    en: 'backup joins the group that reads the TLS key',
  },
  expect: [{ resource: '/etc/ssl/private/server.key backup', reason: 'no_entitlement' }],
  needs: ['root'],
  async break(host) {
    await host.write(
      '/etc/group',
      ((await host.read('/etc/group')) ?? '').replace('ssl-cert:x:106:ada', 'ssl-cert:x:106:ada,backup'),
    )
  },
  async mend(host) {
    await host.write(
      '/etc/group',
      ((await host.read('/etc/group')) ?? '').replace('ssl-cert:x:106:ada,backup', 'ssl-cert:x:106:ada'),
    )
  },
})
