import { defineDrill } from '../../../kernel/drill/drill.ts'

export const noCardNumbersDrill = defineDrill({
  check: 'fields.no-card-numbers',
  sandbox: 'postgres',
  title: { de: 'Eine Kartennummer in einer Notiz', en: 'A card number in a note' },
  expect: [{ resource: 'shop.shop.drill_note.note', reason: 'card_numbers' }],
  break: (sandbox) =>
    sandbox.sql(`create table shop.drill_note (id bigint primary key, note text);
      insert into shop.drill_note values (1, 'card 4111 1111 1111 1111')`),
  mend: (sandbox) => sandbox.sql('drop table shop.drill_note'),
})
