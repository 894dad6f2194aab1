import { defineDrill } from '../../../kernel/drill/drill.ts'

export const httpRedirectsDrill = defineDrill({
  check: 'network.http-redirects',
  sandbox: 'endpoint',
  title: { de: 'Port 80 antwortet im Klartext', en: 'Port 80 answers in clear text' },
  expect: [{ resource: 'localhost:443', reason: 'answers' }],
  break: (sandbox) => sandbox.serve({ plainHttp: true }),
  mend: (sandbox) => sandbox.serve(),
})
