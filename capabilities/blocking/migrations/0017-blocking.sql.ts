import { defineMigration } from '../../../kernel/db/migration.ts'

/** Bans: leases with a reason. One that has begun is ended and never taken back. */
export const blocking = defineMigration({
  id: '0017-blocking',
  sql: `
create schema blocking;
create table blocking.ban (
  id uuid primary key,
  network cidr not null,
  -- False: only written down, in a dry run.
  armed boolean not null,
  rule text not null check (length(rule) <= 200),
  level text not null check (level in ('low', 'medium', 'high', 'critical')),
  alert text check (length(alert) <= 100),
  reason text check (length(reason) <= 1000),
  -- How often this network was banned before.
  before integer not null,
  by text,
  at timestamptz not null,
  until timestamptz not null,
  ended_at timestamptz,
  end_reason text check (end_reason in ('time', 'hand', 'never', 'mode')),
  ended_by text,
  check (until > at and (ended_at is null) = (end_reason is null))
);
create unique index ban_live on blocking.ban (network, armed) where ended_at is null;
create index ban_by_time on blocking.ban (at);
create index ban_by_network on blocking.ban (network, at);
create table blocking.spared (
  id bigint generated always as identity primary key,
  address text not null check (length(address) <= 64),
  why text not null check (length(why) <= 20),
  rule text not null check (length(rule) <= 200),
  at timestamptz not null
);
create index spared_by_time on blocking.spared (at);

grant usage on schema blocking, evidence, desk to bf_detect;
grant select, insert on all tables in schema blocking to bf_detect;
grant update (ended_at, end_reason, ended_by) on blocking.ban to bf_detect;
grant delete on blocking.spared to bf_detect;
grant execute on function evidence.append, evidence.subject_key to bf_detect;
`,
})
