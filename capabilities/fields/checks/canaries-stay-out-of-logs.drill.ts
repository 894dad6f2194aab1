import { defineDrill } from '../../../kernel/drill/drill.ts'

const PATH = '/var/log/postgresql/postgresql-drill.log'

export const canariesStayOutOfLogsDrill = defineDrill({
  check: 'fields.canaries-stay-out-of-logs',
  sandbox: 'host',
  title: {
    de: 'Eine Anweisung mit einem erfundenen Geheimnis steht im Protokoll',
    en: 'A statement with a made-up secret stands in the log',
  },
  expect: [{ resource: PATH, reason: 'found' }],
  break: (sandbox) => sandbox.write(PATH, "LOG: statement: insert into integration values (1, 'canary-7f3a9c51e2')\n"),
  mend: (sandbox) => sandbox.write(PATH, 'LOG: checkpoint complete\n'),
})
