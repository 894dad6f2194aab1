import { defineDrill } from '../../../kernel/drill/drill.ts'

export const noRebootPendingDrill = defineDrill({
  check: 'hardening.no-reboot-pending',
  sandbox: 'host',
  title: {
    de: 'Eine Aktualisierung verlangt einen Neustart',
    en: 'An update asks for a reboot',
  },
  expect: [{ resource: 'kernel', reason: 'reboot_required' }],
  async break(host) {
    await host.write('/run/reboot-required', '*** System restart required ***\n')
  },
  async mend(host) {
    await host.remove('/run/reboot-required')
  },
})
