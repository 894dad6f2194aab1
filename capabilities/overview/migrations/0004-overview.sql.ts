import { defineMigration } from '../../../kernel/db/migration.ts'

/** What makes the console's questions quick: rows that are not fine, days on which somebody judged, entries by kind. */
export const overview = defineMigration({
  id: '0004-overview',
  sql: `
create index verdict_row_bad on finding.verdict_row (check_id, system_id, resource, valid_from)
  where status in ('alarm', 'error', 'stale');
create index judgement_time on finding.judgement (at);
create index entry_kind on evidence.entry (kind, position);
`,
})
