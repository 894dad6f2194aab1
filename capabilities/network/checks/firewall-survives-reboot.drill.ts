import { defineDrill } from '../../../kernel/drill/drill.ts'

const ASIDE = '/etc/nftables.conf.aside'

export const firewallSurvivesRebootDrill = defineDrill({
  check: 'network.firewall-survives-reboot',
  sandbox: 'host',
  title: {
    de: 'Die Regeln stehen nur noch im Kernel, nicht mehr in der Datei',
    en: 'The rules are in the kernel only, no longer in the file',
  },
  expect: [{ resource: 'firewall', reason: 'not_persistent' }],
  needs: ['netns', 'nft'],
  async break(host) {
    await host.write(ASIDE, (await host.read('/etc/nftables.conf')) ?? '')
    await host.write('/etc/nftables.conf', '#!/usr/sbin/nft -f\n\nflush ruleset\n')
  },
  async mend(host) {
    await host.write('/etc/nftables.conf', (await host.read(ASIDE)) ?? '')
    await host.remove(ASIDE)
  },
})
