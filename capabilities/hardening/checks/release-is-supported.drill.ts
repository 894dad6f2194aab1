import { defineDrill } from '../../../kernel/drill/drill.ts'

export const releaseIsSupportedDrill = defineDrill({
  check: 'hardening.release-is-supported',
  sandbox: 'host',
  title: {
    de: 'Auf dem Host läuft ein Debian, das niemand mehr pflegt',
    en: 'The host runs a Debian that nobody maintains any more',
  },
  expect: [{ resource: 'release', reason: 'ended' }],
  async break(host) {
    await host.write(
      '/etc/os-release',
      ((await host.read('/etc/os-release')) ?? '').replace('VERSION_ID="12"', 'VERSION_ID="10"'),
    )
  },
  async mend(host) {
    await host.write(
      '/etc/os-release',
      ((await host.read('/etc/os-release')) ?? '').replace('VERSION_ID="10"', 'VERSION_ID="12"'),
    )
  },
})
