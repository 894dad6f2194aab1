import { defineMigration } from '../../../kernel/db/migration.ts'

/**
 * Requests, approvals, grants and how they end. What was decided is never changed: rows are added, and the few columns that
 * follow what happens to them are named in the rights below.
 */
export const access = defineMigration({
  id: '0007-access',
  sql: `
create schema access;

-- Names of accounts on systems: one per person, never given to another.
create table access.account_name (
  person text primary key check (length(person) between 3 and 200),
  name text not null unique check (name ~ '^[a-z_][a-z0-9_]{0,23}$')
);
-- SSH keys with which somebody signs in, signs calls of the command line, approves.
create table access.ssh_key (
  fingerprint text primary key check (fingerprint ~ '^SHA256:[A-Za-z0-9+/]{43}$'),
  person text not null,
  line text not null check (length(line) <= 12000),
  label text not null check (length(label) between 1 and 80),
  added_at timestamptz not null,
  removed_at timestamptz
);
create index ssh_key_of_person on access.ssh_key (person) where removed_at is null;
-- Calls that were signed are taken once.
create table access.call (
  digest bytea primary key check (length(digest) = 32),
  at timestamptz not null
);
create index call_by_age on access.call (at);
-- A key that waits for the signature of somebody who may approve already.
create table access.enrolment (
  id uuid primary key,
  person text not null,
  kind text not null check (kind in ('ssh', 'passkey')),
  key text not null check (length(key) <= 12000),
  rp_id text,
  origin text,
  text text not null check (length(text) <= 2000),
  created_at timestamptz not null,
  done_at timestamptz
);
create table access.request (
  id uuid primary key,
  requester text not null,
  receiver text not null,
  entitlement text not null,
  system text not null,
  need text not null check (length(need) between 1 and 1000),
  text text not null check (length(text) <= 8192),
  approvals integer not null check (approvals between 1 and 9),
  credential text check (length(credential) <= 12000),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  withdrawn_at timestamptz
);
create index request_open on access.request (expires_at) where withdrawn_at is null;
create index request_of_receiver on access.request (receiver, created_at);
create table access.review (
  request_id uuid not null references access.request,
  person text not null,
  verdict text not null check (verdict in ('approve', 'refuse')),
  approval jsonb,
  note text check (length(note) <= 1000),
  at timestamptz not null,
  primary key (request_id, person),
  check ((verdict = 'approve') = (approval is not null))
);
create table access."grant" (
  id uuid primary key references access.request,
  person text not null,
  entitlement text not null,
  system text not null,
  kind text not null,
  level text not null,
  account text not null,
  from_at timestamptz not null,
  until timestamptz not null,
  -- What the system calls what was made; null until it was.
  external text,
  applied_at timestamptz,
  apply_error text,
  ended_at timestamptz,
  ended_by text,
  end_reason text check (end_reason in ('time', 'early', 'lock', 'left', 'drill')),
  check ((ended_at is null) = (end_reason is null))
);
create index grant_live on access."grant" (until) where ended_at is null;
create index grant_of_person on access."grant" (person, from_at);
create index grant_of_system on access."grant" (system) where ended_at is null;
-- Taking away: a case for each reason, a step for each grant.
create table access.revocation_case (
  id uuid primary key,
  person text not null,
  trigger text not null check (trigger in ('time', 'early', 'lock', 'left', 'drill')),
  opened_by text not null,
  opened_at timestamptz not null,
  deadline timestamptz not null,
  half_told_at timestamptz,
  late_told_at timestamptz,
  closed_at timestamptz
);
create index case_open on access.revocation_case (deadline) where closed_at is null;
create table access.revocation_step (
  id bigint generated always as identity primary key,
  case_id uuid not null references access.revocation_case,
  grant_id uuid not null references access."grant",
  system text not null,
  state text not null default 'pending'
    check (state in ('pending', 'sent', 'acknowledged', 'verified-gone', 'failed', 'cannot')),
  reason text check (length(reason) <= 1000),
  residual_until timestamptz,
  attempts integer not null default 0,
  next_at timestamptz not null,
  claimed_until timestamptz,
  sent_at timestamptz,
  acknowledged_at timestamptz,
  verified_at timestamptz,
  proof jsonb,
  unique (case_id, grant_id)
);
create index step_due on access.revocation_step (next_at) where state in ('pending', 'sent', 'acknowledged', 'failed');
create index step_of_grant on access.revocation_step (grant_id);
create index step_of_case on access.revocation_step (case_id);
create table access.lock (
  id uuid primary key,
  kind text not null check (kind in ('person', 'host')),
  target text not null check (length(target) <= 200),
  reason text not null check (length(reason) between 1 and 1000),
  locked_by text not null,
  locked_at timestamptz not null,
  lifted_by text,
  lifted_at timestamptz,
  check ((lifted_at is null) = (lifted_by is null))
);
create index lock_live on access.lock (kind, target) where lifted_at is null;
-- Hosts that go by what we say.
create table access.host (
  name text primary key check (name ~ '^[a-z0-9][a-z0-9.-]{0,62}$'),
  digest bytea not null unique check (length(digest) = 32),
  enrolled_by text not null,
  enrolled_at timestamptz not null,
  removed_at timestamptz,
  report jsonb,
  reported_at timestamptz,
  applied bigint
);

-- Rights. ---------------------------------------------------------------------------------------------------------
grant usage on schema access, evidence, desk to bf_access;
grant select, insert on all tables in schema access to bf_access;
grant delete on access.call to bf_access;
grant update (removed_at) on access.ssh_key to bf_access;
grant update (done_at) on access.enrolment to bf_access;
grant update (withdrawn_at) on access.request to bf_access;
grant update (external, applied_at, apply_error, ended_at, ended_by, end_reason) on access."grant" to bf_access;
grant update (half_told_at, late_told_at, closed_at) on access.revocation_case to bf_access;
grant update (state, reason, residual_until, attempts, next_at, claimed_until, sent_at, acknowledged_at, verified_at, proof)
  on access.revocation_step to bf_access;
grant update (lifted_by, lifted_at) on access.lock to bf_access;
grant update (digest, enrolled_by, enrolled_at, removed_at, report, reported_at, applied) on access.host to bf_access;
grant execute on function evidence.append, evidence.subject_key to bf_access;
`,
})
