import { defineDrill } from '../../../kernel/drill/drill.ts'

export const noRootSshLoginDrill = defineDrill({
  check: 'access.no-root-ssh-login',
  sandbox: 'host',
  title: {
    de: 'root darf sich mit Schlüssel über SSH anmelden',
    en: 'root may log in by SSH with a key',
  },
  expect: [{ resource: 'sshd PermitRootLogin', reason: 'with_key' }],
  needs: ['sshd'],
  async break(host) {
    await host.write(
      '/etc/ssh/sshd_config',
      ((await host.read('/etc/ssh/sshd_config')) ?? '').replace(
        'PermitRootLogin no',
        'PermitRootLogin prohibit-password',
      ),
    )
  },
  async mend(host) {
    await host.write(
      '/etc/ssh/sshd_config',
      ((await host.read('/etc/ssh/sshd_config')) ?? '').replace(
        'PermitRootLogin prohibit-password',
        'PermitRootLogin no',
      ),
    )
  },
})
