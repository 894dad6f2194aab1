/** Schemas that belong to PostgreSQL itself. */
const OWN_SCHEMA = `n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and n.nspname !~ '^pg_(temp|toast_temp)_'`

const GRANTEE = `case when x.grantee = 0 then 'PUBLIC' else coalesce(g.rolname::text, 'oid ' || x.grantee) end`

/** PUBLIC may connect unless that was taken away: a null ACL stands for the built-in default. */
export const DATABASES = `
  select d.datname::text as database, r.rolname::text as owner, d.datallowconn as allows, d.datistemplate as template,
    exists (select from aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) x
      where x.grantee = 0 and x.privilege_type = 'CONNECT') as public_connect
  from pg_database d join pg_roles r on r.oid = d.datdba order by d.datname`

export const PUBLIC_CREATE = `
  select exists (select from pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) x
    where n.nspname = 'public' and x.grantee = 0 and x.privilege_type = 'CREATE') as create`

const RELATION_KIND = `case c.relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'view' when 'f' then 'foreign' else 'table' end`
/** Not information_schema: initdb grants on it after it has noted what is initial. */
const CATALOG = `n.nspname = 'pg_catalog'`

/**
 * Privileges on relations, single columns and schemas that somebody other than the owner holds; a column is told as
 * `table (column)`. Of the catalogue only what was granted since initdb (pg_init_privs): as delivered nobody sees pg_authid.
 */
export const GRANTS = `
  with acl as (
    select n.nspname as schema, c.relname::text as object, c.relowner as owner, ${RELATION_KIND} as kind, null::aclitem[] as initial,
      coalesce(c.relacl, acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner)) as acl
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and ${OWN_SCHEMA}
    union all
    select n.nspname, c.relname, c.relowner, ${RELATION_KIND}, i.initprivs, c.relacl
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
      left join pg_init_privs i on i.objoid = c.oid and i.classoid = 'pg_class'::regclass and i.objsubid = 0
    where c.relacl is not null and ${CATALOG}
    union all
    select n.nspname, c.relname || ' (' || a.attname || ')', c.relowner, ${RELATION_KIND}, i.initprivs, a.attacl
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
      left join pg_init_privs i on i.objoid = c.oid and i.classoid = 'pg_class'::regclass and i.objsubid = a.attnum
        and ${CATALOG}
    where a.attacl is not null and not a.attisdropped and (${OWN_SCHEMA} or ${CATALOG})
    union all
    select n.nspname, n.nspname, n.nspowner, 'schema', null, coalesce(n.nspacl, acldefault('n', n.nspowner))
    from pg_namespace n where ${OWN_SCHEMA}
    union all
    select n.nspname, p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', p.proowner, 'function', null, p.proacl
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.proacl is not null and ${OWN_SCHEMA}
  )
  select a.schema::text as schema, a.object::text as object, a.kind as "objectKind", ${GRANTEE} as grantee,
    array_agg(distinct x.privilege_type order by x.privilege_type) as privileges, bool_or(x.is_grantable) as grantable
  from acl a, aclexplode(a.acl) x left join pg_roles g on g.oid = x.grantee
  where x.grantee <> a.owner and not exists (select from aclexplode(a.initial) i
    where i.grantee = x.grantee and i.privilege_type = x.privilege_type and i.is_grantable = x.is_grantable)
  group by 1, 2, 3, 4 order by 1, 2, 3, 4 limit $1`

export const OWNED = `
  select r.rolname::text as owner, count(*)::int as objects
  from (
    select c.relowner as owner from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and ${OWN_SCHEMA}
    union all
    select p.proowner from pg_proc p join pg_namespace n on n.oid = p.pronamespace where ${OWN_SCHEMA}
    union all
    select n.nspowner from pg_namespace n where ${OWN_SCHEMA}) o
  join pg_roles r on r.oid = o.owner group by 1 order by 1`

/**
 * Functions that run with the rights of their owner, and whether a caller can turn them by way of the search path. It is
 * fixed when it names no schema of the caller's own, none where everybody may create, and temporary objects last: unsaid
 * they come first ("Writing SECURITY DEFINER Functions Safely"). A path that is empty or pg_catalog alone holds too, as
 * whoever set it has to name every schema in the text.
 */
export const DEFINERS = `
  select n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' as function,
    r.rolname::text as owner, r.rolsuper as "ownerSuperuser",
    exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
      where x.grantee = 0 and x.privilege_type = 'EXECUTE') as "publicExecute",
    exists (select from unnest(p.proconfig) c,
        regexp_split_to_array(substr(c, length('search_path=') + 1), '[[:space:]]*,[[:space:]]*') path
      where c like 'search_path=%'
        and ('pg_temp' = path[array_length(path, 1)] or path <@ array['pg_catalog', '""', ''])
        and not path && array['"$user"', '$user', 'public']
        and not exists (select from pg_namespace o, aclexplode(coalesce(o.nspacl, acldefault('n', o.nspowner))) y
          where quote_ident(o.nspname) = any(path) and y.grantee = 0 and y.privilege_type = 'CREATE')) as "searchPathFixed"
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_roles r on r.oid = p.proowner
  where p.prosecdef and ${OWN_SCHEMA} order by 1`

export const DEFAULTS = `
  select r.rolname::text as role, n.nspname::text as schema,
    case d.defaclobjtype when 'r' then 'table' when 'S' then 'sequence' when 'f' then 'function' when 'T' then 'type'
      when 'n' then 'schema' when 'L' then 'large object' else d.defaclobjtype::text end as "objectKind",
    ${GRANTEE} as grantee, array_agg(distinct x.privilege_type order by x.privilege_type) as privileges
  from pg_default_acl d join pg_roles r on r.oid = d.defaclrole left join pg_namespace n on n.oid = d.defaclnamespace,
    aclexplode(d.defaclacl) x left join pg_roles g on g.oid = x.grantee
  where x.grantee <> d.defaclrole
  group by 1, 2, 3, 4 order by 1, 2, 3, 4`

/** Extensions through which SQL reaches files, programs or other servers: by what they bring, and by name. */
export const EXTENSIONS = `
  select e.extname::text as extension, e.extversion as version,
    e.extname in ('adminpack', 'dblink', 'plsh', 'pljava', 'plrust', 'pg_net', 'http', 'pgsql_http', 'pg_cron', 'aws_s3', 'aws_lambda')
      or exists (select from pg_depend d join pg_language l on l.oid = d.objid and d.classid = 'pg_language'::regclass
        where d.refclassid = 'pg_extension'::regclass and d.refobjid = e.oid and not l.lanpltrusted)
      or exists (select from pg_depend d where d.classid = 'pg_foreign_data_wrapper'::regclass
        and d.refclassid = 'pg_extension'::regclass and d.refobjid = e.oid) as "reachesOut"
  from pg_extension e order by 1`
