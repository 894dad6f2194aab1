import { defineDrill } from '../../../kernel/drill/drill.ts'

const BLOCK = 'Match User ada\n  PasswordAuthentication yes\n'

export const sshWithoutPasswordsDrill = defineDrill({
  check: 'access.ssh-without-passwords',
  sandbox: 'host',
  title: {
    de: 'Für ein Konto lässt ein Match-Block Kennwörter wieder zu',
    en: 'For one account a Match block lets passwords in again',
  },
  expect: [{ resource: 'sshd PasswordAuthentication (user ada)', reason: 'on' }],
  needs: ['sshd'],
  async break(host) {
    await host.append('/etc/ssh/sshd_config', BLOCK)
  },
  async mend(host) {
    await host.write('/etc/ssh/sshd_config', ((await host.read('/etc/ssh/sshd_config')) ?? '').replace(BLOCK, ''))
  },
})
