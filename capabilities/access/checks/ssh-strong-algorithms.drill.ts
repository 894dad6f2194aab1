import { defineDrill } from '../../../kernel/drill/drill.ts'

export const sshStrongAlgorithmsDrill = defineDrill({
  check: 'access.ssh-strong-algorithms',
  sandbox: 'host',
  title: {
    de: 'Der SSH-Dienst bietet wieder CBC an',
    en: 'The SSH service offers CBC again',
  },
  expect: [{ resource: 'sshd Ciphers', reason: 'weak' }],
  needs: ['sshd'],
  async break(host) {
    await host.write(
      '/etc/ssh/sshd_config',
      ((await host.read('/etc/ssh/sshd_config')) ?? '').replace('Ciphers chacha20', 'Ciphers aes128-cbc,chacha20'),
    )
  },
  async mend(host) {
    await host.write(
      '/etc/ssh/sshd_config',
      ((await host.read('/etc/ssh/sshd_config')) ?? '').replace('Ciphers aes128-cbc,chacha20', 'Ciphers chacha20'),
    )
  },
})
