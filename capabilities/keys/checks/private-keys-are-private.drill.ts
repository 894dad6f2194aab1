import { defineDrill } from '../../../kernel/drill/drill.ts'

export const privateKeysArePrivateDrill = defineDrill({
  check: 'keys.private-keys-are-private',
  sandbox: 'host',
  title: {
    de: 'Der Schlüssel von ada wird für alle lesbar',
    en: 'The key of ada becomes readable for all',
  },
  expect: [{ resource: '/home/ada/.ssh/id_ed25519', reason: 'others' }],
  needs: ['root'],
  async break(host) {
    await host.chmod('/home/ada/.ssh/id_ed25519', '0644')
  },
  async mend(host) {
    await host.chmod('/home/ada/.ssh/id_ed25519', '0600')
  },
})
