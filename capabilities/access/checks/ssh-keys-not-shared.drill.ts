import { defineDrill } from '../../../kernel/drill/drill.ts'

const ACCOUNT = 'bob:x:1001:1001::/home/bob:/bin/bash\n'

export const sshKeysNotSharedDrill = defineDrill({
  check: 'access.ssh-keys-not-shared',
  sandbox: 'host',
  title: {
    de: 'bob meldet sich mit dem Schlüssel von ada an',
    en: 'bob logs in with the key of ada',
  },
  expect: [
    { resource: 'ada SHA256:zvRwdt3I2GIig9qG++NEAbvyrgYyKNNWwQWJDIGCk/c', reason: 'shared' },
    { resource: 'bob SHA256:zvRwdt3I2GIig9qG++NEAbvyrgYyKNNWwQWJDIGCk/c', reason: 'shared' },
  ],
  async break(host) {
    await host.append('/etc/passwd', ACCOUNT)
    await host.write(
      '/home/bob/.ssh/authorized_keys',
      (await host.read('/home/ada/.ssh/authorized_keys')) ?? '',
      '0600',
    )
  },
  async mend(host) {
    await host.write('/etc/passwd', ((await host.read('/etc/passwd')) ?? '').replace(ACCOUNT, ''))
    await host.remove('/home/bob')
  },
})
