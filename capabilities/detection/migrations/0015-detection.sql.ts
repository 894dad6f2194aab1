import { defineMigration } from '../../../kernel/db/migration.ts'

/** What was read of logs, how far, what of it was an attack. Positions, events, alerts and the state of correlations change together. */
export const detection = defineMigration({
  id: '0015-detection',
  sql: `
create schema detection;
create table detection.source (
  name text primary key check (length(name) between 1 and 63),
  inode text not null,
  position bigint not null check (position >= 0),
  lines bigint not null default 0,
  unread bigint not null default 0,
  last_at timestamptz,
  looked_at timestamptz not null
);
create table detection.event (
  id bigint generated always as identity primary key,
  source text not null,
  at timestamptz not null,
  seen_at timestamptz not null,
  fields jsonb not null,
  raw text not null check (length(raw) <= 16384),
  digest bytea not null check (length(digest) = 32)
);
create index event_by_time on detection.event (at);
create index event_by_digest on detection.event (digest);
create table detection.state (
  one boolean primary key default true check (one),
  pack text not null check (pack ~ '^[0-9a-f]{64}$'),
  snapshot jsonb not null
);
create table detection.alert (
  id uuid primary key,
  rule text not null,
  title text not null check (length(title) <= 500),
  level text not null check (level in ('informational', 'low', 'medium', 'high', 'critical')),
  tags text[] not null,
  pack text not null,
  about jsonb not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  seen_at timestamptz not null,
  count bigint not null check (count > 0),
  -- The newest of its events: line and digest, at most 20.
  events jsonb not null,
  state text not null default 'open' check (state in ('open', 'acknowledged', 'closed')),
  decided_by text,
  decided_at timestamptz,
  note text check (length(note) <= 2000)
);
create unique index alert_open on detection.alert (rule, about) where state <> 'closed';
create index alert_by_time on detection.alert (last_at);

-- Mails that wait to be taken by a server, made in the transaction of their alert.
create table detection.mail (
  id bigint generated always as identity primary key,
  alert_id uuid not null references detection.alert,
  made_at timestamptz not null,
  attempts integer not null default 0,
  next_at timestamptz not null,
  sent_at timestamptz,
  problem text check (length(problem) <= 100)
);
create index mail_due on detection.mail (next_at) where sent_at is null;

grant usage on schema detection, evidence, desk to bf_detect;
grant select, insert on all tables in schema detection to bf_detect;
grant update on detection.source, detection.state, detection.alert, detection.mail to bf_detect;
grant delete on detection.event to bf_detect;
grant execute on function evidence.append, evidence.subject_key to bf_detect;
`,
})
