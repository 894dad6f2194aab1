import { defineDrill } from '../../../kernel/drill/drill.ts'

export const sshdLimitsDrill = defineDrill({
  check: 'hardening.sshd-limits',
  sandbox: 'host',
  title: {
    de: 'Der SSH-Dienst lässt beliebig viele Versuche zu',
    en: 'The SSH service allows any number of attempts',
  },
  expect: [{ resource: 'maxauthtries', reason: 'differs' }],
  needs: ['sshd'],
  async break(host) {
    await host.write(
      '/etc/ssh/sshd_config',
      ((await host.read('/etc/ssh/sshd_config')) ?? '').replace('MaxAuthTries 3', 'MaxAuthTries 100'),
    )
  },
  async mend(host) {
    await host.write(
      '/etc/ssh/sshd_config',
      ((await host.read('/etc/ssh/sshd_config')) ?? '').replace('MaxAuthTries 100', 'MaxAuthTries 3'),
    )
  },
})
