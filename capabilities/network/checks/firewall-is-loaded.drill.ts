import { defineDrill } from '../../../kernel/drill/drill.ts'

export const firewallIsLoadedDrill = defineDrill({
  check: 'network.firewall-is-loaded',
  sandbox: 'host',
  title: {
    de: 'Jemand leert die Firewall',
    en: 'Somebody empties the firewall',
  },
  expect: [{ resource: 'firewall', reason: 'not_loaded' }],
  needs: ['netns', 'nft'],
  async break(host) {
    await host.nft('')
  },
  async mend(host) {
    await host.nft((await host.read('/etc/nftables.conf')) ?? '')
  },
})
