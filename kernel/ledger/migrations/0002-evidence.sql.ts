import { defineMigration } from '../../db/migration.ts'

/**
 * What the transparency log needs of an entry: a salt, so that the log can hold a commitment in place of the body, and
 * the keys of people, so that what an entry says of a person can be made unreadable for ever.
 */
export const evidence = defineMigration({
  id: '0002-evidence',
  sql: `
alter table evidence.entry add column salt bytea, add column leaf bytea;
alter table evidence.entry alter column body drop not null, alter column digest drop not null;

create function evidence.random_bytes() returns bytea
language sql volatile set search_path = pg_catalog, pg_temp as $f$
  select sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
$f$;
update evidence.entry set salt = evidence.random_bytes(), at = date_trunc('milliseconds', at);
-- An entry holds its body, or, where the database was restored from a time before it, the leaf that the log still has.
alter table evidence.entry add constraint body_or_leaf check (
  (leaf is null and body is not null and digest is not null and length(salt) = 32)
  or (leaf is not null and body is null and digest is null and salt is null));
create index entry_time on evidence.entry using brin (at);
create index entry_statement on evidence.entry (position) where kind = 'statement';

create or replace function evidence.append(at timestamptz, kind text, body text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $f$
declare place bigint;
begin
  if append.kind !~ '^[a-z_]{1,40}$' then
    raise exception 'no kind of an entry: %', append.kind;
  end if;
  -- A leaf of the log has at most 65,535 bytes (C2SP tlog-tiles), the rest is for what is around the body.
  if octet_length(append.body) > 60000 then
    raise exception 'an evidence entry of % bytes is too long', octet_length(append.body);
  end if;
  -- Held until the transaction ends, so that positions are given in the order of commits and none is lost.
  perform pg_advisory_xact_lock(7400, 1);
  select coalesce(max(e.position) + 1, 0) into place from evidence.entry e;
  insert into evidence.entry (position, previous, at, kind, body, digest, salt)
    values (place, nullif(place, 0) - 1, date_trunc('milliseconds', append.at), append.kind, append.body,
      sha256(convert_to(append.body, 'UTF8')), evidence.random_bytes());
  return place;
end $f$;

-- Keys of people: what an entry says of a person is ciphertext under that person's key. ----------------------------
create table evidence.subject (
  id uuid primary key default gen_random_uuid(),
  name text unique,
  key bytea check (length(key) = 32),
  made_at timestamptz not null,
  erased_at timestamptz,
  check ((erased_at is null) = (key is not null)),
  check ((key is null) = (name is null))
);
create function evidence.subject_key(of_name text, at timestamptz) returns table (id uuid, key bytea)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $f$
begin
  insert into evidence.subject as s (name, key, made_at) values (of_name, evidence.random_bytes(), subject_key.at)
    on conflict (name) do nothing;
  return query select s.id, s.key from evidence.subject s where s.name = of_name;
end $f$;

-- Destroys the key of a person, and the person's name wherever a decision is stored. The tree does not change.
create function evidence.erase_subject(of_name text, at timestamptz) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $f$
declare erased uuid;
begin
  update evidence.subject s set name = null, key = null, erased_at = erase_subject.at where s.name = of_name
    returning s.id into erased;
  if erased is null then
    return null;
  end if;
  update desk.exception e set owner = erased::text, reason = '-', resource = case when e.resource is null then null else '-' end
    where e.owner = of_name;
  update desk.exception e set created_by = erased::text where e.created_by = of_name;
  update desk.exception_end e set ended_by = erased::text where e.ended_by = of_name;
  update desk.attestation a set person = erased::text, document = '-', note = null where a.person = of_name;
  update desk.attestation a set created_by = erased::text where a.created_by = of_name;
  update desk.token t set name = erased::text where t.name = of_name;
  return erased;
end $f$;

grant create on schema evidence to bf_closer;
alter function evidence.random_bytes owner to bf_closer;
alter function evidence.append owner to bf_closer;
revoke create on schema evidence from bf_closer;
-- Whoever may erase people may do nothing else, and whoever ends rows may not erase.
grant usage on schema evidence, desk to bf_eraser;
grant create on schema evidence to bf_eraser;
alter function evidence.subject_key owner to bf_eraser;
alter function evidence.erase_subject owner to bf_eraser;
revoke create on schema evidence from bf_eraser;
grant insert, select, update (name, key, erased_at) on evidence.subject to bf_eraser;
grant select, update (owner, reason, resource, created_by) on desk.exception to bf_eraser;
grant select, update (ended_by) on desk.exception_end to bf_eraser;
grant select, update (person, document, note, created_by) on desk.attestation to bf_eraser;
grant select (name), update (name) on desk.token to bf_eraser;
revoke all on all functions in schema evidence from public;
grant execute on function evidence.random_bytes to bf_eraser;
grant execute on function evidence.subject_key, evidence.erase_subject to bf_desk;

-- The page and the API have no use for salts: with one, a guess at a body can be tried. -----------------------------
revoke select on evidence.entry from bf_publish;
grant select (position, previous, at, kind, body, digest) on evidence.entry to bf_publish;

-- Reads everything that an auditor is shown, and nothing that signs in. ---------------------------------------------
grant usage on schema fact, collect, finding, desk, evidence to bf_audit;
grant select on all tables in schema fact, collect, finding to bf_audit;
grant select on desk.system, desk.exception, desk.exception_end, desk.attestation to bf_audit;
grant select on evidence.entry, evidence.subject to bf_audit;
`,
})
