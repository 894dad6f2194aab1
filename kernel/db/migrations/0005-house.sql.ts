import { defineMigration } from '../migration.ts'

/**
 * Whose database this is: a company's own, or a demo's, in which everything is made up. Written once, when the database
 * is first opened, and never changed: made-up facts and real ones never share a log.
 */
export const house = defineMigration({
  id: '0005-house',
  sql: `
create table desk.house (
  one boolean primary key default true check (one),
  demo boolean not null,
  -- Names the log of a demo; says nothing about anybody.
  id uuid not null default gen_random_uuid(),
  made_at timestamptz not null,
  -- When the past of a demo was told to its end; null before.
  ready_at timestamptz
);

create function desk.house_stays() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $f$
begin
  if tg_op = 'DELETE' or new.demo <> old.demo or new.id <> old.id or new.made_at <> old.made_at
    or (old.ready_at is not null and new.ready_at is distinct from old.ready_at) then
    raise exception 'what a database is for never changes';
  end if;
  return new;
end $f$;
create trigger house_stays before update or delete on desk.house for each row execute function desk.house_stays();
revoke all on function desk.house_stays from public;

grant usage on schema desk to bf_seal;
grant select on desk.house to bf_collect, bf_judge, bf_seal, bf_publish, bf_desk, bf_audit;
`,
})
