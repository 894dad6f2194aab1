import { defineMigration } from '../../../kernel/db/migration.ts'

/** Backups that were taken and drills that were held. Rows are added; what follows a backup later is named in the rights below. */
export const backup = defineMigration({
  id: '0012-backup',
  sql: `
create schema backup;
create table backup.run (
  id uuid primary key,
  backup text not null check (length(backup) between 1 and 63),
  began_at timestamptz not null,
  ended_at timestamptz not null,
  -- Code of the error; null: it went well.
  problem text check (length(problem) <= 100),
  manifest jsonb,
  place text not null check (length(place) <= 5000),
  -- What lies in the store begins with the header of an age file, for so many recipients; null: not looked yet, or not readable.
  sealed_for integer,
  looked_at timestamptz,
  removed_at timestamptz,
  check ((problem is null) = (manifest is not null))
);
create index run_newest on backup.run (backup, began_at desc);
create table backup.drill (
  id uuid primary key,
  backup text not null check (length(backup) between 1 and 63),
  run_id uuid references backup.run,
  began_at timestamptz not null,
  ended_at timestamptz not null,
  problem text check (length(problem) <= 100),
  recovery_seconds double precision,
  recovery_point_seconds double precision,
  tables integer,
  rows bigint,
  -- How many tables, sequences and so on were not as they had been.
  differing integer
);
create index drill_newest on backup.drill (backup, began_at desc);

grant usage on schema backup, evidence, desk to bf_keys;
grant select, insert on all tables in schema backup to bf_keys;
grant update (sealed_for, looked_at, removed_at) on backup.run to bf_keys;
grant execute on function evidence.append, evidence.subject_key to bf_keys;
`,
})
