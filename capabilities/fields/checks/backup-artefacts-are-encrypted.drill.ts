import { defineDrill } from '../../../kernel/drill/drill.ts'

const PATH = '/srv/backups/drill.dump.age'

export const backupArtefactsAreEncryptedDrill = defineDrill({
  check: 'fields.backup-artefacts-are-encrypted',
  sandbox: 'host',
  title: {
    de: 'Ein Dump liegt im Klartext unter dem Namen einer age-Datei',
    en: 'A dump lies in clear under the name of an age file',
  },
  expect: [{ resource: PATH, reason: 'clear' }],
  break: (sandbox) => sandbox.write(PATH, 'PGDMP\u0001 the rest of it'),
  mend: (sandbox) => sandbox.write(PATH, 'age-encryption.org/v1\n-> X25519 drill\n'),
})
