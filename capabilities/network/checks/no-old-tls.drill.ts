import { defineDrill } from '../../../kernel/drill/drill.ts'

export const noOldTlsDrill = defineDrill({
  check: 'network.no-old-tls',
  sandbox: 'endpoint',
  title: { de: 'Der Endpunkt spricht wieder TLS 1.0 und 1.1', en: 'The endpoint speaks TLS 1.0 and 1.1 again' },
  expect: [{ resource: 'localhost:443', reason: 'old' }],
  break: (sandbox) => sandbox.serve({ oldProtocols: true }),
  mend: (sandbox) => sandbox.serve(),
})
