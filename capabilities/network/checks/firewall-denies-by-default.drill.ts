import { defineDrill } from '../../../kernel/drill/drill.ts'

export const firewallDeniesByDefaultDrill = defineDrill({
  check: 'network.firewall-denies-by-default',
  sandbox: 'host',
  title: {
    de: 'Die Grundhaltung der Firewall wird auf accept gestellt',
    en: 'The policy of the firewall is set to accept',
  },
  expect: [
    { resource: 'IPv4 input', reason: 'accepts_rest' },
    { resource: 'IPv6 input', reason: 'accepts_rest' },
  ],
  needs: ['netns', 'nft'],
  async break(host) {
    const rules = (await host.read('/etc/nftables.conf')) ?? ''
    await host.nft(rules.replace('hook input priority 0; policy drop;', 'hook input priority 0; policy accept;'))
  },
  async mend(host) {
    await host.nft((await host.read('/etc/nftables.conf')) ?? '')
  },
})
