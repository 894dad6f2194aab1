import { randomBytes } from 'node:crypto'
import type { DeclaredColumn } from '../collect/declared-column.ts'

/** A made-up secret that applications wrote, for hosts whose logs are looked at. */
export const GOOD_CANARIES: readonly string[] = ['canary-7f3a9c51e2']

/** The column with ciphertext. */
export const GOOD_FIELDS: readonly DeclaredColumn[] = [
  {
    database: 'shop',
    schema: 'shop',
    table: 'integration',
    column: 'api_key',
    primaryKey: ['id'],
    keys: [1],
    keyTable: null,
  },
]
/** What an envelope under key 1 looks like (engines/fieldcrypt). */
const envelope = (): string => `bf010100000001${randomBytes(80).toString('hex')}`

/** Settings of a well-kept cluster. Durability is off: the sandbox is thrown away. */
export const GOOD_SETTINGS = `
listen_addresses = '127.0.0.1'
unix_socket_permissions = 0700
max_connections = 30
shared_buffers = 16MB
fsync = off
full_page_writes = off
synchronous_commit = off
password_encryption = scram-sha-256
ssl = on
ssl_min_protocol_version = 'TLSv1.2'
log_connections = on
log_disconnections = on
log_statement = ddl
log_line_prefix = '%m [%p] %q%u@%d '
timezone = 'UTC'
`

/** Signed in with SCRAM, over the network under TLS alone. */
export const GOOD_HBA = `local all all scram-sha-256
hostssl all all 127.0.0.1/32 scram-sha-256
`

/** What is in the cluster: one application with its owner, its login and a reader; nothing open to PUBLIC. */
export function goodDatabases(): readonly { readonly database: string; readonly text: string }[] {
  const password = () => randomBytes(18).toString('base64url')
  const closed = 'revoke all on schema public from public;'
  return [
    {
      database: 'postgres',
      text: `${closed}
        create role shop_owner nologin;
        create role shop login password '${password()}' in role shop_owner;
        create role reporting login password '${password()}'`,
    },
    { database: 'postgres', text: 'create database shop owner shop_owner' },
    {
      database: 'postgres',
      text: `revoke connect, temporary on database shop, postgres, template1 from public;
        grant connect on database shop to shop, reporting`,
    },
    { database: 'template1', text: closed },
    {
      database: 'shop',
      text: `${closed}
        set role shop_owner;
        create schema shop;
        create table shop.customer (id bigint primary key, name text not null);
        create table shop."order" (id bigint primary key, customer_id bigint not null references shop.customer);
        create table shop.integration (id bigint primary key, api_key bytea);
        insert into shop.integration values (1, '\\x${envelope()}'), (2, '\\x${envelope()}');
        grant usage on schema shop to reporting;
        grant select on shop.customer to reporting`,
    },
  ]
}
