import { defineMigration } from '../../../kernel/db/migration.ts'

/**
 * Who may use keys of fields, who said so, and what was done with them. The keys themselves are the keeper's. Rows are added; the few
 * columns that follow an order or a holder on its way are named in the rights below.
 */
export const keys = defineMigration({
  id: '0011-keys',
  sql: `
create schema keys;
create table keys.holder (
  name text primary key check (length(name) between 1 and 100),
  -- Ed25519, 32 bytes in base64url; the holder proved to have its private half.
  public_key text not null check (public_key ~ '^[A-Za-z0-9_-]{43}$'),
  owner text not null check (length(owner) between 1 and 200),
  enrolled_by text not null,
  enrolled_at timestamptz not null
);
create table keys.key_order (
  id uuid primary key,
  kind text not null check (kind in ('grant', 'enable', 'shred')),
  key text not null check (length(key) between 1 and 63),
  requester text not null check (length(requester) between 1 and 200),
  holder text references keys.holder,
  owner text,
  may text[] not null,
  need text not null check (length(need) between 1 and 1000),
  text text not null check (length(text) <= 8192),
  approvals integer not null check (approvals between 1 and 9),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  refused_at timestamptz,
  -- Carried out by the keeper.
  from_at timestamptz,
  until timestamptz,
  ended_at timestamptz,
  end_reason text check (end_reason in ('revoked', 'left', 'over', 'keeper')),
  -- The keeper was told, and said that it knows.
  ended_there boolean not null default false,
  check ((kind = 'grant') = (holder is not null and owner is not null))
);
create index key_order_live on keys.key_order (from_at) where ended_at is null;
create table keys.approval (
  order_id uuid not null references keys.key_order,
  person text not null,
  approval jsonb not null,
  at timestamptz not null,
  primary key (order_id, person)
);
create table keys.use_batch (
  -- The keeper's public key: one that begins anew has another.
  keeper text not null,
  number bigint not null,
  at timestamptz not null,
  primary key (keeper, number)
);
create table keys.use (
  keeper text not null,
  number bigint not null,
  grant_id uuid,
  holder text not null,
  key text not null,
  op text not null check (op in ('wrap', 'unwrap')),
  outcome text not null check (length(outcome) <= 20),
  count bigint not null check (count > 0),
  first_at timestamptz not null,
  last_at timestamptz not null,
  foreign key (keeper, number) references keys.use_batch
);
create index use_of_grant on keys.use (grant_id, last_at);
create index use_of_key on keys.use (key, last_at);

grant usage on schema keys, evidence, desk to bf_keys;
grant select, insert on all tables in schema keys to bf_keys;
grant update (public_key, owner, enrolled_by, enrolled_at) on keys.holder to bf_keys;
grant update (refused_at, from_at, until, ended_at, end_reason, ended_there) on keys.key_order to bf_keys;
grant execute on function evidence.append, evidence.subject_key to bf_keys;
`,
})
