import { defineMigration } from '../migration.ts'

/**
 * The tables of the measuring street. Nobody has UPDATE or DELETE on facts, findings and evidence: a row ends through a
 * function that can do nothing else, owned by the owner of the schema.
 */
export const foundation = defineMigration({
  id: '0001-foundation',
  sql: `
create schema fact;
create schema collect;
create schema finding;
create schema desk;
create schema evidence;
revoke all on schema public from public;
-- Owns the functions through which alone stored rows change. Nobody can sign in as it, and it is no superuser.
grant usage on schema fact, collect, finding, evidence to bf_closer;
grant create on schema fact, collect, finding, evidence to bf_closer;

-- Systems, and what people decide. --------------------------------------------------------------------------------
create table desk.system (
  id integer generated always as identity primary key,
  name text not null unique check (length(name) between 1 and 63),
  kind text not null check (kind in ('host', 'postgres', 'endpoint', 'register')),
  added_at timestamptz not null,
  removed_at timestamptz
);
create table desk.exception (
  id bigint generated always as identity primary key,
  check_name text not null,
  system_name text,
  resource text,
  owner text not null check (owner <> ''),
  reason text not null check (reason <> ''),
  created_by text not null,
  created_at timestamptz not null,
  until timestamptz not null,
  check (until > created_at and until <= created_at + interval '400 days')
);
create table desk.exception_end (
  exception_id bigint primary key references desk.exception,
  ended_by text not null,
  ended_at timestamptz not null
);
create table desk.attestation (
  id bigint generated always as identity primary key,
  control text not null,
  attestation text not null,
  person text not null check (person <> ''),
  document text not null,
  document_digest bytea not null check (length(document_digest) = 32),
  note text,
  created_by text not null,
  created_at timestamptz not null,
  until timestamptz not null,
  check (until > created_at)
);
create table desk.token (
  id bigint generated always as identity primary key,
  name text not null,
  digest bytea not null unique check (length(digest) = 32),
  permissions text[] not null,
  created_at timestamptz not null,
  until timestamptz not null
);
create table desk.token_end (
  token_id bigint primary key references desk.token,
  ended_at timestamptz not null
);

-- Collections. ----------------------------------------------------------------------------------------------------
-- One row per collection is the heartbeat of all kinds it read; failures: kind -> {code, detail}.
create table collect.collection (
  id bigint generated always as identity primary key,
  system_id integer not null references desk.system,
  at timestamptz not null,
  finished_at timestamptz not null,
  kinds text[] not null,
  failures jsonb not null,
  opened integer not null,
  closed integer not null
);
create index collection_by_system on collect.collection (system_id, at desc);
-- The newest heartbeat per kind, derived from the collections.
create table collect.pulse (
  system_id integer not null references desk.system,
  kind text not null,
  last_ok_at timestamptz,
  last_try_at timestamptz not null,
  failure jsonb,
  primary key (system_id, kind)
) with (fillfactor = 70);

create function collect.finish(
  of_system integer, began timestamptz, finished timestamptz, read_kinds text[], failed jsonb, opened integer, closed integer
) returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $f$
declare made bigint;
begin
  insert into collect.collection (system_id, at, finished_at, kinds, failures, opened, closed)
    values (of_system, began, finished, read_kinds, failed, opened, closed) returning id into made;
  insert into collect.pulse as p (system_id, kind, last_ok_at, last_try_at, failure)
    select of_system, k, case when failed ? k then null else began end, began, failed -> k from unnest(read_kinds) k
    on conflict (system_id, kind) do update set
      last_ok_at = coalesce(excluded.last_ok_at, p.last_ok_at),
      last_try_at = excluded.last_try_at,
      failure = excluded.failure;
  return made;
end $f$;

-- Ends facts. The only way a stored fact changes: once, from "infinity" to an instant.
create function fact.close(of_kind text, of_system integer, digests uuid[], at timestamptz) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $f$
declare n integer;
begin
  if to_regclass(format('fact.%I', of_kind)) is null then
    raise exception 'no fact kind %', of_kind;
  end if;
  execute format(
    'update fact.%I set valid_to = greatest($1, valid_from) where system_id = $2 and valid_to = ''infinity'' and digest = any($3)',
    of_kind) using at, of_system, digests;
  get diagnostics n = row_count;
  return n;
end $f$;

-- Findings. -------------------------------------------------------------------------------------------------------
create type finding.status as enum ('alarm', 'error', 'stale', 'info', 'skip', 'ok');
create table finding.check_name (
  id integer generated always as identity primary key,
  name text not null unique
);
create table finding.verdict_row (
  id bigint generated always as identity primary key,
  check_id integer not null,
  system_id integer not null,
  status finding.status not null,
  valid_from timestamptz not null,
  valid_to timestamptz not null default 'infinity',
  resource text collate "C" not null,
  reason text collate "C" not null,
  dims jsonb
);
create index verdict_row_now on finding.verdict_row (check_id, system_id) where valid_to = 'infinity';
create index verdict_row_time on finding.verdict_row using brin (valid_from);
create table finding.judgement (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  cause text not null,
  checks integer not null,
  systems integer not null,
  rows bigint not null,
  opened bigint not null,
  closed bigint not null
);
create table finding.control_state (
  id bigint generated always as identity primary key,
  control text not null,
  state text not null,
  counts jsonb not null,
  valid_from timestamptz not null,
  valid_to timestamptz not null default 'infinity'
);
create unique index control_state_now on finding.control_state (control) where valid_to = 'infinity';
create index control_state_time on finding.control_state (control, valid_from);
create table finding.drill_run (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  check_name text not null,
  turned_red boolean not null,
  red_ms integer,
  turned_green boolean not null,
  green_ms integer,
  problem text
);

create function finding.close_rows(ids bigint[], at timestamptz) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $f$
declare n integer;
begin
  update finding.verdict_row set valid_to = greatest(at, valid_from) where id = any(ids) and valid_to = 'infinity';
  get diagnostics n = row_count;
  return n;
end $f$;
create function finding.close_states(controls text[], at timestamptz) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $f$
  update finding.control_state set valid_to = greatest(at, valid_from) where control = any(controls) and valid_to = 'infinity'
$f$;

-- Evidence. -------------------------------------------------------------------------------------------------------
-- Gapless positions from 0; the digest is made here, from the very text that is stored.
create table evidence.entry (
  position bigint primary key,
  previous bigint unique check (previous is not distinct from nullif(position, 0) - 1),
  at timestamptz not null,
  kind text not null,
  body text not null,
  digest bytea not null
);
create function evidence.append(at timestamptz, kind text, body text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $f$
declare place bigint;
begin
  -- Held until the transaction ends, so that positions are given in the order of commits and none is lost.
  perform pg_advisory_xact_lock(7400, 1);
  select coalesce(max(e.position) + 1, 0) into place from evidence.entry e;
  insert into evidence.entry (position, previous, at, kind, body, digest)
    values (place, nullif(place, 0) - 1, append.at, append.kind, append.body, sha256(convert_to(append.body, 'UTF8')));
  return place;
end $f$;

alter function collect.finish owner to bf_closer;
alter function fact.close owner to bf_closer;
alter function finding.close_rows owner to bf_closer;
alter function finding.close_states owner to bf_closer;
alter function evidence.append owner to bf_closer;
revoke create on schema fact, collect, finding, evidence from bf_closer;
grant insert, select on collect.collection, evidence.entry to bf_closer;
grant insert, select, update on collect.pulse to bf_closer;
grant select, update (valid_to) on finding.verdict_row, finding.control_state to bf_closer;

-- Rights. ---------------------------------------------------------------------------------------------------------
revoke all on all functions in schema collect, fact, finding, evidence from public;
grant usage on schema fact, collect, desk, evidence to bf_collect;
grant usage on schema fact, collect, finding, desk, evidence to bf_judge;
grant usage on schema finding, evidence to bf_seal;
grant usage on schema collect, finding, desk, evidence to bf_publish;
grant usage on schema desk, evidence to bf_desk;

grant select on desk.system to bf_collect, bf_judge, bf_publish, bf_desk;
grant select on desk.exception, desk.exception_end, desk.attestation to bf_judge, bf_publish, bf_desk;
grant insert on desk.exception, desk.exception_end, desk.attestation to bf_desk;
grant select, insert on desk.token, desk.token_end to bf_desk;
grant insert, update on desk.system to bf_desk;

grant select on collect.collection, collect.pulse to bf_collect, bf_judge, bf_publish;
grant select, insert on finding.check_name, finding.verdict_row, finding.judgement, finding.control_state, finding.drill_run
  to bf_judge;
grant select on finding.check_name, finding.verdict_row, finding.judgement, finding.control_state, finding.drill_run
  to bf_publish, bf_seal;
grant select on evidence.entry to bf_seal, bf_publish;

grant execute on function collect.finish, fact.close to bf_collect;
grant execute on function finding.close_rows, finding.close_states to bf_judge;
grant execute on function evidence.append to bf_collect, bf_judge, bf_desk;
`,
})
