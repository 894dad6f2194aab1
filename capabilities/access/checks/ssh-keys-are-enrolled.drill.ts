import { defineDrill } from '../../../kernel/drill/drill.ts'

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL77Bn4q/qDvMv1tVF8Fb1AxKOtqkG8p+RwompNdUYlW someone@elsewhere\n'

export const sshKeysAreEnrolledDrill = defineDrill({
  check: 'access.ssh-keys-are-enrolled',
  sandbox: 'host',
  title: {
    de: 'Bei ada taucht ein Schlüssel auf, den niemand angemeldet hat',
    en: 'A key turns up with ada that nobody enrolled',
  },
  expect: [{ resource: 'ada SHA256:6EYR1WTdjiUQ97UzOtYzUQUtQlNxfLPcx847tLRw/WE', reason: 'not_enrolled' }],
  async break(host) {
    await host.append('/home/ada/.ssh/authorized_keys', KEY)
  },
  async mend(host) {
    await host.write(
      '/home/ada/.ssh/authorized_keys',
      ((await host.read('/home/ada/.ssh/authorized_keys')) ?? '').replace(KEY, ''),
    )
  },
})
