import { defineDrill } from '../../../kernel/drill/drill.ts'

let socket: { close(): Promise<void> } | null = null

export const noCleartextRemoteAccessDrill = defineDrill({
  check: 'access.no-cleartext-remote-access',
  sandbox: 'host',
  title: {
    de: 'Auf dem Telnet-Port lauscht ein Dienst',
    en: 'A service listens on the telnet port',
  },
  expect: [{ resource: 'tcp 0.0.0.0:23', reason: 'clear_text' }],
  needs: ['netns'],
  async break(host) {
    socket = await host.listen('0.0.0.0', 23)
  },
  async mend() {
    await socket?.close()
    socket = null
  },
})
