import { defineDrill } from '../../../kernel/drill/drill.ts'

export const sudoHoldersAreEntitledDrill = defineDrill({
  check: 'access.sudo-holders-are-entitled',
  sandbox: 'host',
  title: {
    de: 'backup bekommt alle Rechte, ohne Freigabe',
    en: 'backup is given every right without an entitlement',
  },
  expect: [{ resource: 'backup', reason: 'no_entitlement' }],
  async break(host) {
    await host.write('/etc/sudoers.d/backup', 'backup ALL=(ALL:ALL) ALL\n', '0440')
  },
  async mend(host) {
    await host.remove('/etc/sudoers.d/backup')
  },
})
