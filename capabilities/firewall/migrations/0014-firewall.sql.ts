import { defineMigration } from '../../../kernel/db/migration.ts'

/**
 * Changes of firewalls, what hosts say of theirs, who changed them, reviews. What was decided or seen is never changed: rows are
 * added, and the few columns that follow a change on its way are named in the rights below.
 */
export const firewall = defineMigration({
  id: '0014-firewall',
  sql: `
create schema firewall;

-- Every rule set that a host was seen with, the newest last.
create table firewall.rules (
  id bigint generated always as identity primary key,
  host text not null check (length(host) between 1 and 100),
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  text text not null,
  json text not null,
  boot text not null check (length(boot) <= 36),
  seen_at timestamptz not null
);
create index rules_of_host on firewall.rules (host, id);
-- Who changed the rules, as the host saw it happen.
create table firewall.generation (
  id bigint generated always as identity primary key,
  host text not null,
  generation bigint not null,
  pid bigint not null,
  process text not null check (length(process) <= 64),
  uid bigint,
  at timestamptz not null,
  lines jsonb not null
);
create index generation_of_host on firewall.generation (host, at);
create table firewall.change (
  id uuid primary key,
  host text not null,
  author text not null,
  need text not null check (length(need) between 1 and 1000),
  base text not null check (base ~ '^[0-9a-f]{64}$'),
  rules text not null,
  -- What the rehearsal made of it.
  wanted_text text not null,
  wanted_json text not null,
  shown jsonb not null,
  probes jsonb not null,
  text text not null check (length(text) <= 8192),
  approvals integer not null check (approvals between 1 and 9),
  confirm_seconds integer not null check (confirm_seconds between 5 and 600),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  state text not null default 'proposed'
    check (state in ('proposed', 'approved', 'sent', 'applied', 'confirmed', 'rolled_back', 'refused', 'withdrawn')),
  state_at timestamptz not null,
  number bigint,
  signed_order text,
  confirmed_rules bigint references firewall.rules
);
create index change_of_host on firewall.change (host, created_at);
create index change_under_way on firewall.change (host) where state in ('sent', 'applied');
create table firewall.verdict (
  change_id uuid not null references firewall.change,
  person text not null,
  verdict text not null check (verdict in ('approve', 'refuse')),
  approval jsonb,
  note text check (length(note) <= 1000),
  at timestamptz not null,
  primary key (change_id, person),
  check ((verdict = 'approve') = (approval is not null))
);
-- How it went, as the host told it.
create table firewall.event (
  id bigint generated always as identity primary key,
  change_id uuid not null references firewall.change,
  state text not null check (state in ('applied', 'confirmed', 'rolled_back', 'refused')),
  at timestamptz not null,
  told_at timestamptz not null,
  body jsonb not null,
  unique (change_id, state)
);
-- What is known of a rule beside its comment, by what it means and where it stands. The newest holds.
create table firewall.note (
  id bigint generated always as identity primary key,
  host text not null,
  rule text not null check (rule ~ '^[0-9a-f]{64}$'),
  owner text check (length(owner) <= 200),
  reason text check (length(reason) <= 1000),
  ticket text check (length(ticket) <= 200),
  expires_on date,
  by text not null,
  at timestamptz not null
);
create index note_of_rule on firewall.note (host, rule, id);
-- Since when a rule has been counted without a break, and how much.
create table firewall.counted (
  host text not null,
  rule text not null check (rule ~ '^[0-9a-f]{64}$'),
  boot text not null,
  handle bigint not null,
  since timestamptz not null,
  until timestamptz not null,
  packets bigint not null,
  primary key (host, rule)
);
create table firewall.review (
  id uuid primary key,
  host text not null,
  rules_id bigint not null references firewall.rules,
  opened_by text not null,
  opened_at timestamptz not null,
  found jsonb not null,
  closed_by text,
  closed_at timestamptz,
  text text,
  approval jsonb,
  check ((closed_at is null) = (approval is null))
);
create index review_of_host on firewall.review (host, opened_at);
create table firewall.decision (
  id bigint generated always as identity primary key,
  review_id uuid not null references firewall.review,
  rule text not null,
  decision text not null check (decision in ('keep', 'narrow', 'remove')),
  reason text not null check (length(reason) between 1 and 1000),
  by text not null,
  at timestamptz not null
);
create index decision_of_review on firewall.decision (review_id, rule, id);

-- Rights. ---------------------------------------------------------------------------------------------------------
grant usage on schema firewall, evidence to bf_network;
grant select, insert on all tables in schema firewall to bf_network;
grant update (state, state_at, number, signed_order, confirmed_rules) on firewall.change to bf_network;
grant update (boot, handle, since, until, packets) on firewall.counted to bf_network;
grant update (closed_by, closed_at, text, approval) on firewall.review to bf_network;
grant execute on function evidence.append, evidence.subject_key to bf_network;
`,
})
