import { defineDrill } from '../../../kernel/drill/drill.ts'

const MAPS =
  '7f3a1c000000-7f3a1c27a000 r-xp 000b1000 fe:00 131842                     /usr/lib/x86_64-linux-gnu/libcrypto.so.3 (deleted)\n'

export const noStaleLibrariesDrill = defineDrill({
  check: 'hardening.no-stale-libraries',
  sandbox: 'host',
  title: {
    de: 'libcrypto wird ersetzt, sshd läuft mit der alten weiter',
    en: 'libcrypto is replaced, sshd runs on with the old one',
  },
  expect: [{ resource: 'sshd (root)', reason: 'stale' }],
  async break(host) {
    await host.write('/proc/650/maps', MAPS)
  },
  async mend(host) {
    await host.write('/proc/650/maps', '')
  },
})
