import { defineDrill } from '../../../kernel/drill/drill.ts'

const LISTS = '/var/lib/apt/lists'
const RELEASES = [
  `${LISTS}/debian.example_debian_dists_bookworm_InRelease`,
  `${LISTS}/security.example_debian-security_dists_bookworm-security_InRelease`,
]

export const securityUpdatesAreInstalledDrill = defineDrill({
  check: 'hardening.security-updates-are-installed',
  sandbox: 'host',
  title: {
    de: 'Der Spiegel der Paketlisten bleibt stehen',
    en: 'The mirror of the package lists stands still',
  },
  expect: [{ resource: 'package lists', reason: 'lists_old' }],
  async break(host) {
    for (const file of RELEASES) {
      const text = (await host.read(file)) ?? ''
      await host.write(file, text.replace(/^Date: /m, 'Date: Wed, 01 Jan 2020 00:00:00 UTC\nX-Date: '))
    }
  },
  async mend(host) {
    for (const file of RELEASES) {
      const text = (await host.read(file)) ?? ''
      await host.write(file, text.replace(/^Date: .*\nX-Date: /m, 'Date: '))
    }
  },
})
