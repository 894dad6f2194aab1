import type { KeyRecord, Keyring } from '../../../engines/fieldcrypt/keyring.ts'
import { type Changed, keyringOf } from '../../../engines/fieldcrypt/keyring.ts'
import { FieldError } from './field-error.ts'

/** A connection as every driver for PostgreSQL has it. */
export interface Sql {
  query<R extends object>(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ readonly rows: R[]; readonly rowCount: number | null }>
}

/** Where the wrapped data keys lie: a schema of their own, so that they can be backed up apart. */
export const KEY_SCHEMA = 'bergfried_fields'

/** Makes schema and tables where they are missing. Needs CREATE on the database; afterwards SELECT, INSERT, UPDATE are enough. */
export const KEY_TABLES = `
create schema if not exists ${KEY_SCHEMA};
create table if not exists ${KEY_SCHEMA}.data_key (
  id bigint primary key check (id between 1 and 4294967295),
  purpose text not null check (purpose in ('data', 'index', 'check')),
  tenant text not null,
  table_name text not null,
  column_name text not null,
  subject text,
  state text not null check (state in ('active', 'decrypt-only', 'shredded')),
  since timestamptz not null,
  provider text,
  kek text,
  wrapped bytea,
  check_value bytea not null,
  check ((state = 'shredded') = (wrapped is null))
);
create unique index if not exists data_key_active on ${KEY_SCHEMA}.data_key
  (purpose, tenant, table_name, column_name, coalesce(subject, '')) where state = 'active';
create table if not exists ${KEY_SCHEMA}.key_change (
  number bigint generated always as identity primary key,
  key_id bigint not null references ${KEY_SCHEMA}.data_key,
  kind text not null,
  from_state text,
  to_state text not null,
  at timestamptz not null,
  reason text not null
);
create table if not exists ${KEY_SCHEMA}.work (
  name text primary key,
  position jsonb,
  done bigint not null,
  total bigint not null,
  changed bigint not null,
  state text not null check (state in ('running', 'paused', 'done')),
  updated_at timestamptz not null
);
`

interface StoredKey {
  readonly id: string | number
  readonly purpose: KeyRecord['purpose']
  readonly tenant: string
  readonly table: string
  readonly column: string
  readonly subject: string | null
  readonly state: KeyRecord['state']
  readonly since: Date
  readonly provider: string | null
  readonly kek: string | null
  readonly wrapped: Buffer | null
  readonly checkValue: Buffer
}

/** All keys of a database. Errors: `invalid` where the table was changed by hand into something that breaks a rule. */
export async function loadKeyring(sql: Sql): Promise<Keyring> {
  const { rows } = await sql.query<StoredKey>(
    `select id, purpose, tenant, table_name as "table", column_name as "column", subject, state, since, provider, kek, wrapped,
       check_value as "checkValue" from ${KEY_SCHEMA}.data_key`,
  )
  return keyringOf(
    rows.map(({ id, purpose, tenant, table, column, subject, state, since, provider, kek, wrapped, checkValue }) => ({
      id: Number(id),
      purpose,
      scope: { tenant, table, column, ...(subject === null ? {} : { subject }) },
      state,
      since: since.getTime(),
      wrapped: wrapped === null ? null : { provider: provider ?? '', kek: kek ?? '', bytes: wrapped },
      checkValue,
    })),
  )
}

/** Different values notice a change of the keys, at the price of one small query. */
export async function keysVersion(sql: Sql): Promise<string> {
  const { rows } = await sql.query<{ v: string }>(
    `select coalesce(max(number), 0)::text as v from ${KEY_SCHEMA}.key_change`,
  )
  return rows[0]?.v ?? '0'
}

/**
 * Carries out what the engine decided, in the caller's transaction: each change only where the key is still as it was.
 *
 * @throws {FieldError} `conflict`: nothing of it may be committed
 */
export async function storeChanges(sql: Sql, { ring, changes }: Changed): Promise<void> {
  for (const { kind, keyId, from, to, at, reason } of changes) {
    const record = ring.get(keyId)
    if (record === undefined) throw new FieldError('conflict', `key ${keyId} is not there`)
    const { wrapped } = record
    const when = new Date(at)
    const done =
      kind === 'create'
        ? await insertKey(sql, record)
        : kind === 'rewrap'
          ? await sql.query(
              `update ${KEY_SCHEMA}.data_key set provider = $2, kek = $3, wrapped = $4 where id = $1 and state = $5`,
              [keyId, wrapped?.provider ?? null, wrapped?.kek ?? null, wrapped?.bytes ?? null, from],
            )
          : await sql.query(
              `update ${KEY_SCHEMA}.data_key set state = $2, since = $3, provider = $4, kek = $5, wrapped = $6 where id = $1 and state = $7`,
              [keyId, to, when, wrapped?.provider ?? null, wrapped?.kek ?? null, wrapped?.bytes ?? null, from],
            )
    if (done.rowCount !== 1) throw new FieldError('conflict', `key ${keyId} was changed by somebody else`)
    await sql.query(
      `insert into ${KEY_SCHEMA}.key_change (key_id, kind, from_state, to_state, at, reason) values ($1, $2, $3, $4, $5, $6)`,
      [keyId, kind, from, to, when, reason],
    )
  }
}

async function insertKey(sql: Sql, { id, purpose, scope, state, since, wrapped, checkValue }: KeyRecord) {
  return sql.query(
    `insert into ${KEY_SCHEMA}.data_key (id, purpose, tenant, table_name, column_name, subject, state, since, provider, kek, wrapped, check_value)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing`,
    [
      id,
      purpose,
      scope.tenant,
      scope.table,
      scope.column,
      scope.subject ?? null,
      state,
      new Date(since),
      wrapped?.provider ?? null,
      wrapped?.kek ?? null,
      wrapped === null ? null : Buffer.from(wrapped.bytes),
      Buffer.from(checkValue),
    ],
  )
}
