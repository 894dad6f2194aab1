import { defineDrill } from '../../../kernel/drill/drill.ts'

let socket: { close(): Promise<void> } | null = null

export const webServersOfferTlsDrill = defineDrill({
  check: 'network.web-servers-offer-tls',
  sandbox: 'host',
  title: {
    de: 'Eine Anwendung liefert auf Port 8080 unverschlüsselt aus',
    en: 'An application serves in clear text on port 8080',
  },
  expect: [{ resource: 'tcp 0.0.0.0:8080', reason: 'clear_text_only' }],
  needs: ['netns'],
  async break(host) {
    socket = await host.listen('0.0.0.0', 8080)
  },
  async mend() {
    await socket?.close()
    socket = null
  },
})
