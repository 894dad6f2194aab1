import { defineDrill } from '../../../kernel/drill/drill.ts'

export const hstsIsSentDrill = defineDrill({
  check: 'network.hsts-is-sent',
  sandbox: 'endpoint',
  title: { de: 'Der Kopf Strict-Transport-Security fehlt', en: 'The header Strict-Transport-Security is missing' },
  expect: [{ resource: 'localhost:443', reason: 'not_sent' }],
  break: (sandbox) => sandbox.serve({ noHsts: true }),
  mend: (sandbox) => sandbox.serve(),
})
