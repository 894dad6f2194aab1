import { defineDrill } from '../../../kernel/drill/drill.ts'

export const firewallChangersAreEntitledDrill = defineDrill({
  check: 'access.firewall-changers-are-entitled',
  sandbox: 'host',
  title: {
    de: 'backup darf die Firewall ändern, ohne Freigabe dafür',
    en: 'backup may change the firewall without an entitlement for it',
  },
  expect: [{ resource: 'backup', reason: 'no_entitlement' }],
  async break(host) {
    await host.write('/etc/sudoers.d/firewall', 'backup ALL=(root) /usr/sbin/nft -f /etc/nftables.conf\n', '0440')
  },
  async mend(host) {
    await host.remove('/etc/sudoers.d/firewall')
  },
})
