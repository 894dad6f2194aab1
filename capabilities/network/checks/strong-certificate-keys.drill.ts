import { defineDrill } from '../../../kernel/drill/drill.ts'

export const strongCertificateKeysDrill = defineDrill({
  check: 'network.strong-certificate-keys',
  sandbox: 'endpoint',
  title: { de: 'Das Zertifikat hat einen kurzen Schlüssel', en: 'The certificate has a short key' },
  expect: [{ resource: 'localhost:443', reason: 'weak' }],
  break: (sandbox) => sandbox.serve({ weakKey: true }),
  mend: (sandbox) => sandbox.serve(),
})
