/** 63 bytes, as many as a name may have. */
export const LONG_NAME = `${'ü'.repeat(31)}x`

/** A database whose name has every character that an address or a statement could trip over. */
export const ODD_DATABASE = 'Läden "x"/%41?a=b\'c'

/** Faults and oddities of the database shop; the whole of what the connectors must tell. */
export const PLANTED = `
  create role boss superuser login password 'x';
  create role chain_a nologin; create role chain_b nologin in role chain_a; create role chain_c login in role chain_b;
  grant pg_read_all_data to chain_a;
  create role bypass login bypassrls createrole createdb replication valid until '2020-01-01' connection limit 3 password 'bypass';
  create role forever login valid until 'infinity';
  create role never login valid until '-infinity';
  create role caesar login valid until '0044-03-15 BC';
  create role faraway login valid until '294276-12-31 00:00:00+00';
  create role "Müller ""x""" login;
  create role "${LONG_NAME}" login;
  set password_encryption = md5; create role old login password 'x'; reset password_encryption;

  create schema everybody; grant create, usage on schema everybody to public;
  create schema "Odd ""schema"", x";
  create table "Odd ""schema"", x"."T 1" ("c 1" int);
  grant select ("c 1") on "Odd ""schema"", x"."T 1" to public;
  create function shop.loose() returns int language sql security definer as 'select 1';
  create function shop.fixed() returns int language sql security definer set search_path = pg_catalog, pg_temp as 'select 1';
  create function shop.own() returns int language sql security definer set search_path = shop, pg_temp as 'select 1';
  create function shop.empty() returns int language sql security definer set search_path = '' as 'select 1';
  create function shop.temp_first() returns int language sql security definer set search_path = shop as 'select 1';
  create function shop.temp_early() returns int language sql security definer set search_path = pg_temp, shop as 'select 1';
  create function shop.creatable() returns int language sql security definer set search_path = everybody, pg_temp as 'select 1';
  create function shop.wide() returns int language sql security definer set search_path = "$user", public, pg_temp as 'select 1';
  create function shop.invoker() returns int language sql as 'select 1';
  revoke execute on function shop.fixed() from public;
  alter function shop.own() owner to shop_owner;

  alter default privileges for role shop_owner in schema shop grant select on tables to public;
  grant select, update on shop.customer to public;
  grant select on shop."order" to reporting with grant option;
  grant select on pg_authid to chain_c;
  create extension file_fdw; create extension pg_trgm; create extension lo;

  create role plain login password 'plain';
  create role monitor login password 'monitor' in role pg_monitor;
  create role reader login password 'reader' in role pg_monitor;
  grant connect on database shop, postgres to plain, monitor, reader;
`

/** What docs/reference/connectors.md asks for beyond pg_monitor, in the database that the reader signs in to. */
export const READER_RIGHTS = `
  grant execute on function pg_hba_file_rules() to reader;
  grant select on pg_hba_file_rules, pg_authid to reader;
  grant connect on database template1, "${ODD_DATABASE.replaceAll('"', '""')}" to reader;
`

/** Lines that trust, that hold secrets, and that are broken. Each of the secrets has "geheim" in it. */
export const PLANTED_HBA = `host all "Müller ""x""" 10.0.0.0/8 trust
host all all 10.0.0.0/8 ldap ldapserver=l ldapbasedn="o=x" ldapbindpasswd=geheim-1
host all all 10.0.0.0/8 ldap ldapserver=l ldapbindpasswd=ge geheim-2=x
host all all 10.0.0.0/8 radius radiusservers=127.0.0.1 radiussecrets=geheim-3
host all all 10.0.0.0/8 radius radiusservers=127.0.0.1 radiussecrets="geheim-4,""x"
  ldapbindpasswd=geheim-5
hots all all 10.0.0.0/8 reject
`
