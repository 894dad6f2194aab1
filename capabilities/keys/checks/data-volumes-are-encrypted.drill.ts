import { defineDrill } from '../../../kernel/drill/drill.ts'

export const dataVolumesAreEncryptedDrill = defineDrill({
  check: 'keys.data-volumes-are-encrypted',
  sandbox: 'host',
  title: {
    de: 'Die Daten ziehen auf einen unverschlüsselten Datenträger um',
    en: 'The data move to a volume that is not encrypted',
  },
  expect: [{ resource: '/srv', reason: 'open' }],
  async break(host) {
    await host.write(
      '/proc/mounts',
      ((await host.read('/proc/mounts')) ?? '').replace('/dev/mapper/crypt-srv /srv', '/dev/vda2 /srv'),
    )
  },
  async mend(host) {
    await host.write(
      '/proc/mounts',
      ((await host.read('/proc/mounts')) ?? '').replace('/dev/vda2 /srv', '/dev/mapper/crypt-srv /srv'),
    )
  },
})
