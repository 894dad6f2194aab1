import { defineDrill } from '../../../kernel/drill/drill.ts'

export const certificatesAreTrustedDrill = defineDrill({
  check: 'network.certificates-are-trusted',
  sandbox: 'endpoint',
  title: {
    de: 'Das Zertifikat stammt von einer unbekannten Stelle',
    en: 'The certificate comes from an unknown authority',
  },
  expect: [{ resource: 'localhost:443', reason: 'self_signed' }],
  break: (sandbox) => sandbox.serve({ untrusted: true }),
  mend: (sandbox) => sandbox.serve(),
})
