import { defineMigration } from '../../../kernel/db/migration.ts'

/**
 * What identity providers have sent of people and groups. The values of a resource are kept whole; the columns beside them are
 * what is looked up. Who is deleted there is gone here: nothing of the person stays but what the evidence holds, sealed.
 */
export const scim = defineMigration({
  id: '0006-scim',
  sql: `
create schema scim;

create table scim.scim_user (
  id uuid primary key,
  -- In the order of creation; pages follow it.
  seq bigint generated always as identity unique,
  -- Folded: NFC, lower case.
  user_key text not null check (length(user_key) between 1 and 800),
  -- Who it is in the register, folded. Two resources are never one person.
  person_key text not null check (length(person_key) between 1 and 800),
  external_id text check (length(external_id) between 1 and 200),
  active boolean not null,
  attributes jsonb not null check (jsonb_typeof(attributes) = 'object' and octet_length(attributes::text) <= 2000000),
  version bigint not null check (version > 0),
  created_at timestamptz not null,
  modified_at timestamptz not null,
  constraint scim_user_name unique (user_key),
  constraint scim_user_person unique (person_key)
);
create index scim_user_external on scim.scim_user (external_id) where external_id is not null;

create table scim.scim_group (
  id uuid primary key,
  seq bigint generated always as identity unique,
  display_key text not null check (length(display_key) between 1 and 1600),
  external_id text check (length(external_id) between 1 and 200),
  attributes jsonb not null check (jsonb_typeof(attributes) = 'object' and octet_length(attributes::text) <= 100000),
  version bigint not null check (version > 0),
  created_at timestamptz not null,
  modified_at timestamptz not null
);
create index scim_group_display on scim.scim_group (display_key);
create index scim_group_external on scim.scim_group (external_id) where external_id is not null;

create table scim.scim_member (
  group_id uuid not null references scim.scim_group,
  user_id uuid not null references scim.scim_user,
  primary key (group_id, user_id)
);
create index scim_member_user on scim.scim_member (user_id);

-- Rights. ---------------------------------------------------------------------------------------------------------
grant usage on schema scim to bf_desk;
grant select, insert, delete on scim.scim_user, scim.scim_group, scim.scim_member to bf_desk;
grant update (user_key, person_key, external_id, active, attributes, version, modified_at) on scim.scim_user to bf_desk;
grant update (display_key, external_id, attributes, version, modified_at) on scim.scim_group to bf_desk;
`,
})
