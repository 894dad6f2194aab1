import { defineDrill } from '../../../kernel/drill/drill.ts'

// The frame of an RSA key (PKCS #1) with nothing but zeros in it: it says that no passphrase protects it, and opens nothing.
const KEY = ['-----BEGIN RSA PRIVATE KEY-----', 'A'.repeat(64), '-----END RSA PRIVATE KEY-----', ''].join('\n')

export const userKeysHaveAPassphraseDrill = defineDrill({
  check: 'keys.user-keys-have-a-passphrase',
  sandbox: 'host',
  title: {
    de: 'ada legt einen Schlüssel ohne Passphrase ab',
    en: 'ada keeps a key without a passphrase',
  },
  expect: [{ resource: '/home/ada/.ssh/id_rsa', reason: 'open' }],
  async break(host) {
    await host.write('/home/ada/.ssh/id_rsa', KEY, '0600')
  },
  async mend(host) {
    await host.remove('/home/ada/.ssh/id_rsa')
  },
})
