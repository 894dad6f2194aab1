import { defineDrill } from '../../../kernel/drill/drill.ts'

let socket: { close(): Promise<void> } | null = null

export const managementPortsAreClosedDrill = defineDrill({
  check: 'network.management-ports-are-closed',
  sandbox: 'host',
  title: {
    de: 'PostgreSQL lauscht überall, und die Firewall lässt jeden dorthin',
    en: 'PostgreSQL listens everywhere, and the firewall lets everybody get there',
  },
  expect: [{ resource: 'tcp 0.0.0.0:5432', reason: 'open_to_all' }],
  needs: ['netns', 'nft'],
  async break(host) {
    socket = await host.listen('0.0.0.0', 5432)
    const rules = (await host.read('/etc/nftables.conf')) ?? ''
    await host.nft(rules.replace('ct state invalid drop', 'tcp dport 5432 accept'))
  },
  async mend(host) {
    await socket?.close()
    socket = null
    await host.nft((await host.read('/etc/nftables.conf')) ?? '')
  },
})
