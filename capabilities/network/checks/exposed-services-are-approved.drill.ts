import { defineDrill } from '../../../kernel/drill/drill.ts'

let socket: { close(): Promise<void> } | null = null

export const exposedServicesAreApprovedDrill = defineDrill({
  check: 'network.exposed-services-are-approved',
  sandbox: 'host',
  title: {
    de: 'Jemand stellt einen Dienst ins Netz, den niemand freigegeben hat',
    en: 'Somebody puts a service on the network that nobody has approved',
  },
  expect: [{ resource: 'tcp 0.0.0.0:8443', reason: 'open_to_all' }],
  needs: ['netns', 'nft'],
  async break(host) {
    socket = await host.listen('0.0.0.0', 8443)
    const rules = (await host.read('/etc/nftables.conf')) ?? ''
    await host.nft(rules.replace('ct state invalid drop', 'tcp dport { 8443, 9443 } accept'))
  },
  async mend(host) {
    await socket?.close()
    socket = null
    await host.nft((await host.read('/etc/nftables.conf')) ?? '')
  },
})
