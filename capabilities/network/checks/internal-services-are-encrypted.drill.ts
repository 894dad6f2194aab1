import { defineDrill } from '../../../kernel/drill/drill.ts'

let socket: { close(): Promise<void> } | null = null

export const internalServicesAreEncryptedDrill = defineDrill({
  check: 'network.internal-services-are-encrypted',
  sandbox: 'host',
  title: {
    de: 'Redis lauscht im Klartext für alle',
    en: 'Redis listens in clear text for everybody',
  },
  expect: [{ resource: 'tcp 0.0.0.0:6379', reason: 'clear_text' }],
  needs: ['netns'],
  async break(host) {
    socket = await host.listen('0.0.0.0', 6379)
  },
  async mend() {
    await socket?.close()
    socket = null
  },
})
