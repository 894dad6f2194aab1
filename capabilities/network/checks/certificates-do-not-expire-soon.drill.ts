import { defineDrill } from '../../../kernel/drill/drill.ts'

export const certificatesDoNotExpireSoonDrill = defineDrill({
  check: 'network.certificates-do-not-expire-soon',
  sandbox: 'endpoint',
  title: { de: 'Das Zertifikat ist abgelaufen', en: 'The certificate has expired' },
  expect: [{ resource: 'localhost:443', reason: 'expired' }],
  break: (sandbox) => sandbox.serve({ expired: true }),
  mend: (sandbox) => sandbox.serve(),
})
