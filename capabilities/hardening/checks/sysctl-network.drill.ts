import { defineDrill } from '../../../kernel/drill/drill.ts'

export const sysctlNetworkDrill = defineDrill({
  check: 'hardening.sysctl-network',
  sandbox: 'host',
  title: {
    de: 'Der Host nimmt Umleitungen von Nachbarn an und leitet Pakete weiter',
    en: 'The host accepts redirects from neighbours and forwards packets',
  },
  expect: [
    { resource: 'net.ipv4.ip_forward', reason: 'differs' },
    { resource: 'net.ipv4.conf.all.accept_redirects', reason: 'differs' },
  ],
  async break(host) {
    await host.write('/proc/sys/net/ipv4/ip_forward', '1\n')
    await host.write('/proc/sys/net/ipv4/conf/all/accept_redirects', '1\n')
  },
  async mend(host) {
    await host.write('/proc/sys/net/ipv4/ip_forward', '0\n')
    await host.write('/proc/sys/net/ipv4/conf/all/accept_redirects', '0\n')
  },
})
