import { defineDrill } from '../../../kernel/drill/drill.ts'

export const declaredColumnsAreCiphertextDrill = defineDrill({
  check: 'fields.declared-columns-are-ciphertext',
  sandbox: 'postgres',
  title: {
    de: 'Eine Zeile wird an der Verschlüsselung vorbei im Klartext geschrieben',
    en: 'A row is written in clear text, past the encryption',
  },
  expect: [{ resource: 'shop.shop.integration.api_key', reason: 'clear_text' }],
  break: (sandbox) => sandbox.sql(`insert into shop.integration values (999999, 'drill-clear-text-key')`),
  mend: (sandbox) => sandbox.sql('delete from shop.integration where id = 999999'),
})
