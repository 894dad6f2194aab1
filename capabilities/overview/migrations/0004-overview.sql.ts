import { defineMigration } from '../../../kernel/db/migration.ts'

/** What makes the console's questions quick. Indexes alone: nothing is stored twice, and nobody may anything more. */
export const overview = defineMigration({
  id: '0004-overview',
  sql: `
-- Runs of rows that are not fine, in the order of time.
create index verdict_row_bad on finding.verdict_row (check_id, system_id, resource, valid_from)
  where status in ('alarm', 'error', 'stale');
-- The worst and oldest of what is not fine now.
create index verdict_row_open on finding.verdict_row (check_id, status, valid_from)
  where valid_to = 'infinity' and status in ('alarm', 'error', 'stale');
-- Days on which somebody judged, the newest judgement.
create index judgement_time on finding.judgement (at);
-- What of the states is new since a day.
create index control_state_until on finding.control_state (valid_to);
create index entry_kind on evidence.entry (kind, position);
`,
})
