import { defineDrill } from '../../../kernel/drill/drill.ts'

export const swapIsEncryptedDrill = defineDrill({
  check: 'keys.swap-is-encrypted',
  sandbox: 'host',
  title: {
    de: 'Der Host lagert auf einen unverschlüsselten Datenträger aus',
    en: 'The host swaps to a volume that is not encrypted',
  },
  expect: [{ resource: '/dev/vda2', reason: 'open' }],
  async break(host) {
    await host.write('/proc/swaps', ((await host.read('/proc/swaps')) ?? '').replace('/dev/dm-3', '/dev/vda2'))
  },
  async mend(host) {
    await host.write('/proc/swaps', ((await host.read('/proc/swaps')) ?? '').replace('/dev/vda2', '/dev/dm-3'))
  },
})
