import { defineDrill } from '../../../kernel/drill/drill.ts'

export const sysctlKernelDrill = defineDrill({
  check: 'hardening.sysctl-kernel',
  sandbox: 'host',
  title: {
    de: 'Die Adressen von Programmen sind nicht mehr zufällig',
    en: 'The addresses of programs are no longer random',
  },
  expect: [{ resource: 'kernel.randomize_va_space', reason: 'differs' }],
  async break(host) {
    await host.write('/proc/sys/kernel/randomize_va_space', '0\n')
  },
  async mend(host) {
    await host.write('/proc/sys/kernel/randomize_va_space', '2\n')
  },
})
