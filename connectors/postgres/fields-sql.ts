/** Where a declared column is, and whether this account sees its rows. `$4`: the declared primary key, sorted by byte. */
export const COLUMN = `
  select c.oid::int8 as relation, c.relkind::text as kind, a.atttypid = 'bytea'::regtype as bytes,
    row_security_active(c.oid) as "rowSecurity", has_column_privilege(c.oid, a.attnum, 'SELECT') as readable,
    exists (select from pg_index i where i.indrelid = c.oid and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
      and (select array_agg(k.attname::text order by k.attname::text collate "C") from pg_attribute k
        where k.attrelid = c.oid and k.attnum = any((i.indkey::int2[])[0:i.indnkeyatts - 1])) = $4::text[]) as "rowKeyUnique"
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
    left join pg_attribute a on a.attrelid = c.oid and a.attname = $3 and a.attnum > 0 and not a.attisdropped
  where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p', 'm', 'v', 'f')`

/**
 * Counts by shape, computed where the values are: nothing but counts and key ids leaves the database. An envelope has 47 bytes or more
 * and begins 0xBF, 1, 1 and a key id; one whose next 40 bytes are all ASCII is clear text behind a header (by chance 2^-40).
 *
 * @param column - quoted
 * @param from - quoted, with its sampling or range
 */
export const shapesIn = (column: string, from: string): string => `
  with seen as (select ${column} as v from ${from}), shaped as (
    select case
      when v is null then 'null'
      when octet_length(v) < 47 or substring(v from 1 for 3) <> '\\xbf0101'::bytea or substring(v from 4 for 4) = '\\x00000000'::bytea then 'clear'
      when encode(substring(v from 8 for 40), 'escape') !~ '\\\\[0-7]{3}' then 'clear'
      else 'envelope' end as shape,
      case when octet_length(v) >= 47 then ('x' || encode(substring(v from 4 for 4), 'hex'))::bit(32)::int8 & 4294967295 end as key
    from seen)
  select shape, case when shape = 'envelope' then key end as key, count(*)::int8 as count from shaped group by 1, 2`

/** The same of a column that cannot hold an envelope, as it is no bytea: whatever is in it is clear. */
export const valuesIn = (column: string, from: string): string => `
  select case when ${column} is null then 'null' else 'clear' end as shape, null::int8 as key, count(*)::int8 as count
  from ${from} group by 1`
