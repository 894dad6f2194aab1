import { defineDrill } from '../../../kernel/drill/drill.ts'

export const networkDeviceSshNeedsKeysDrill = defineDrill({
  check: 'access.network-device-ssh-needs-keys',
  sandbox: 'host',
  title: {
    de: 'Der Host wird zum Router und nimmt Kennwörter an',
    en: 'The host becomes a router and takes passwords',
  },
  expect: [{ resource: 'sshd PasswordAuthentication', reason: 'password' }],
  needs: ['sshd'],
  async break(host) {
    await host.write('/proc/sys/net/ipv4/ip_forward', '1\n')
    await host.write(
      '/etc/ssh/sshd_config',
      ((await host.read('/etc/ssh/sshd_config')) ?? '').replace(
        'PasswordAuthentication no',
        'PasswordAuthentication yes',
      ),
    )
  },
  async mend(host) {
    await host.write('/proc/sys/net/ipv4/ip_forward', '0\n')
    await host.write(
      '/etc/ssh/sshd_config',
      ((await host.read('/etc/ssh/sshd_config')) ?? '').replace(
        'PasswordAuthentication yes',
        'PasswordAuthentication no',
      ),
    )
  },
})
