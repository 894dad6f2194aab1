import { defineDrill } from '../../../kernel/drill/drill.ts'

export const noUndeclaredSecretsDrill = defineDrill({
  check: 'fields.no-undeclared-secrets',
  sandbox: 'postgres',
  title: { de: 'API-Schlüssel im Klartext in einer neuen Tabelle', en: 'API keys in clear text in a new table' },
  expect: [{ resource: 'shop.shop.drill_partner.api_key', reason: 'shape' }],
  break: (sandbox) =>
    sandbox.sql(`create table shop.drill_partner (id bigint primary key, api_key text);
      insert into shop.drill_partner values (1, 'sk_live_' || repeat('dr1LL', 6))`),
  mend: (sandbox) => sandbox.sql('drop table shop.drill_partner'),
})
