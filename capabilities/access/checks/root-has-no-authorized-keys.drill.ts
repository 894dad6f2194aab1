import { defineDrill } from '../../../kernel/drill/drill.ts'

export const rootHasNoAuthorizedKeysDrill = defineDrill({
  check: 'access.root-has-no-authorized-keys',
  sandbox: 'host',
  title: {
    de: 'Für root wird ein Schlüssel hinterlegt',
    en: 'A key is kept for root',
  },
  expect: [{ resource: 'root', reason: 'has_keys' }],
  async break(host) {
    await host.write('/root/.ssh/authorized_keys', (await host.read('/home/ada/.ssh/authorized_keys')) ?? '', '0600')
  },
  async mend(host) {
    await host.remove('/root/.ssh')
  },
})
