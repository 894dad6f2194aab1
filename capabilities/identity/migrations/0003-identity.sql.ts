import { defineMigration } from '../../../kernel/db/migration.ts'

/**
 * People and how they sign in. Nothing here lets anybody in by itself: sessions, links and recovery codes are stored as
 * digests, secrets of one-time codes and open ceremonies sealed under a key that is not in the database.
 *
 * `bf_identity` alone reads the schema. It removes rows that sign somebody in (what must not work any more must not be there any
 * more); what happened stays in the evidence. It removes no person.
 */
export const identity = defineMigration({
  id: '0003-identity',
  sql: `
create schema identity;

create table identity.person (
  id uuid primary key,
  login text not null unique check (length(login) between 3 and 200),
  name text not null check (length(name) between 1 and 200),
  language text not null check (language in ('de', 'en')),
  roles text[] not null check (
    cardinality(roles) between 1 and 5 and roles <@ array['owner', 'approver', 'reviewer', 'auditor', 'member']),
  created_at timestamptz not null,
  joined_at timestamptz,
  locked_at timestamptz,
  last_seen_at timestamptz
);
create table identity.passkey (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references identity.person,
  credential_id text not null unique check (length(credential_id) between 1 and 1400),
  public_key bytea not null check (length(public_key) <= 4000),
  counter bigint not null check (counter between 0 and 4294967295),
  transports text[] not null,
  synced boolean not null,
  label text not null check (length(label) between 1 and 80),
  created_at timestamptz not null,
  last_used_at timestamptz
);
create index passkey_of_person on identity.passkey (person_id);
create table identity.password (
  person_id uuid primary key references identity.person,
  hash text not null check (hash like '$argon2id$%'),
  changed_at timestamptz not null
);
-- last_step: the newest step (RFC 6238) that was used; no step up to it is taken again.
create table identity.totp (
  person_id uuid primary key references identity.person,
  sealed bytea not null,
  last_step bigint not null,
  enrolled_at timestamptz not null
);
create table identity.recovery_code (
  digest bytea primary key check (length(digest) = 32),
  person_id uuid not null references identity.person,
  made_at timestamptz not null,
  used_at timestamptz
);
create index recovery_code_of_person on identity.recovery_code (person_id);
create table identity.federated (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references identity.person,
  provider text not null,
  issuer text not null,
  subject text not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  unique (issuer, subject),
  unique (person_id, issuer)
);
create table identity.session (
  id uuid primary key default gen_random_uuid(),
  digest bytea not null unique check (length(digest) = 32),
  person_id uuid not null references identity.person,
  method text not null check (method in ('passkey', 'password', 'oidc', 'setup')),
  device text not null check (length(device) <= 80),
  address text not null check (length(address) <= 64),
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  until timestamptz not null
);
create index session_of_person on identity.session (person_id);
create index session_until on identity.session (until);
-- What was begun and waits for its answer: a challenge, a way to a provider, a secret that is offered. Gone when answered.
create table identity.ceremony (
  digest bytea primary key check (length(digest) = 32),
  purpose text not null,
  origin bytea not null check (length(origin) = 32),
  sealed bytea not null check (length(sealed) <= 8000),
  created_at timestamptz not null,
  until timestamptz not null
);
create index ceremony_by_origin on identity.ceremony (origin, created_at);
create index ceremony_by_age on identity.ceremony (created_at);
create table identity.link (
  digest bytea primary key check (length(digest) = 32),
  kind text not null check (kind in ('setup', 'invitation')),
  person_id uuid references identity.person,
  created_at timestamptz not null,
  until timestamptz not null,
  check ((kind = 'setup') = (person_id is null))
);
-- One open link of a kind: a new one replaces the old.
create unique index link_of_setup on identity.link (kind) where kind = 'setup';
create unique index link_of_person on identity.link (person_id) where kind = 'invitation';
create table identity.attempt (
  subject bytea primary key check (length(subject) = 32),
  failures integer not null,
  last_at timestamptz not null,
  blocked_until timestamptz not null,
  told_at timestamptz
);
create index attempt_by_age on identity.attempt (last_at);
create index attempt_told on identity.attempt (told_at) where told_at is not null;

-- What the sign-in page and the trust page show of the house. One row.
create table desk.organisation (
  singleton boolean primary key default true check (singleton),
  name text not null check (length(name) between 1 and 120),
  logo bytea check (length(logo) <= 102400),
  logo_type text check (logo_type in ('image/png', 'image/webp', 'image/svg+xml')),
  changed_at timestamptz not null,
  check ((logo is null) = (logo_type is null))
);

-- Rights. ---------------------------------------------------------------------------------------------------------
grant usage on schema identity, desk, evidence to bf_identity;
grant select on all tables in schema identity to bf_identity;
grant insert on all tables in schema identity to bf_identity;
grant delete on identity.passkey, identity.password, identity.totp, identity.recovery_code, identity.federated,
  identity.session, identity.ceremony, identity.link, identity.attempt to bf_identity;
grant update (login, name, language, roles, joined_at, locked_at, last_seen_at) on identity.person to bf_identity;
grant update (label, counter, synced, last_used_at) on identity.passkey to bf_identity;
grant update (hash, changed_at) on identity.password to bf_identity;
grant update (sealed, last_step, enrolled_at) on identity.totp to bf_identity;
grant update (used_at) on identity.recovery_code to bf_identity;
grant update (last_used_at) on identity.federated to bf_identity;
grant update (last_seen_at) on identity.session to bf_identity;
grant update (digest, created_at, until) on identity.link to bf_identity;
grant update (failures, last_at, blocked_until, told_at) on identity.attempt to bf_identity;
grant select, insert, update (name, logo, logo_type, changed_at) on desk.organisation to bf_identity;
grant select on desk.organisation to bf_publish;
grant execute on function evidence.append, evidence.subject_key to bf_identity;
`,
})
