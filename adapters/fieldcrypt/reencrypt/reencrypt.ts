import type { Pool } from 'pg'
import type { BlindIndex } from '../../../engines/fieldcrypt/blind-index.ts'
import type { FieldCipher } from '../../../engines/fieldcrypt/field-cipher.ts'
import { type EncryptedField, quoted, tableName } from '../core/encrypted.ts'
import { FieldError } from '../core/field-error.ts'
import type { Fields } from '../core/fields.ts'
import type { Sql } from '../core/key-table.ts'
import { fromBytes, nameOf, type Row, rowKeyOf, tenantOf, toBytes } from '../core/value.ts'
import { KEY_TYPES, type Statements, statementsOf } from './statements.ts'
import { type Progress, readProgress, writeProgress } from './work-table.ts'

export interface ReencryptOptions {
  readonly pool: Pool
  readonly fields: Fields
  readonly field: EncryptedField
  /** Whose values; where the tenant is fixed, that one. */
  readonly tenant?: string
  readonly now: () => Date
  /** Rows in a batch, 1 to 10,000; 2,000 where nothing is said. */
  readonly batch?: number
  readonly onProgress?: (progress: Progress) => void
  /** Aborted: stops after the batch that runs, and goes on from there the next time. */
  readonly signal?: AbortSignal
}

interface OldRow extends Record<string, unknown> {
  readonly 'bf old': Buffer | null
  readonly 'bf clear': string | null
}

/**
 * Brings every value of a column under its active key, while others read and write: values in clear (`clear`), values under older keys. Each
 * batch reads, encrypts, and exchanges where the value is still what was read, so that nobody's write is lost, whoever else runs
 * at the same moment. Sweeps are repeated until one finds nothing. It may be killed at any time.
 *
 * @returns how far it came; `paused` where it was told to stop
 * @throws {FieldcryptError} a stored value does not open: nothing of its batch is changed
 */
export async function reencrypt(options: ReencryptOptions): Promise<Progress> {
  const { field, pool } = options
  if ('fixed' in field.tenant) return reencryptTenant(options, field.tenant.fixed)
  if (options.tenant !== undefined) return reencryptTenant(options, options.tenant)
  const column = quoted(field.tenant.column)
  const { rows } = await pool.query<{ tenant: string }>(
    `select distinct ${column}::text as tenant from ${quoted(field.schema, field.table)} where ${column} is not null order by 1`,
  )
  let all: Progress = { position: null, done: 0, total: 0, changed: 0, state: 'done' }
  for (const { tenant } of rows) {
    const one = await reencryptTenant(options, tenant)
    all = { ...one, done: all.done + one.done, total: all.total + one.total, changed: all.changed + one.changed }
    if (one.state === 'paused') break
  }
  return all
}

async function reencryptTenant(options: ReencryptOptions, tenant: string): Promise<Progress> {
  const { pool, fields, field, now, signal } = options
  const keyId = await fields.keys.activeKey(field, tenant)
  const statements = statementsOf(field, await keyTypes(pool, field), keyId)
  const name = `${nameOf(field)} ${tenant} ${keyId}`
  const sql = pool as unknown as Sql
  const mine = 'column' in field.tenant ? [tenant] : []
  const known = await readProgress(sql, name)
  const { rows } = await pool.query<{ left: string }>(statements.count, mine)
  let progress: Progress =
    known === null || known.state === 'done'
      ? { position: null, done: 0, total: Number(rows[0]?.left ?? 0), changed: 0, state: 'running' }
      : { ...known, state: 'running' }
  const settle = async (next: Progress): Promise<void> => {
    await writeProgress(sql, name, now(), next)
    progress = next
    options.onProgress?.(next)
  }
  // A sweep that was taken up in the middle says nothing of what lies before.
  let sweep = { whole: progress.position === null, found: 0 }
  for (;;) {
    if (signal?.aborted === true) {
      await settle({ ...progress, state: 'paused' })
      return progress
    }
    const found = await read(pool, statements, [options.batch ?? 2000, ...mine], progress.position)
    if (found.length === 0) {
      if (sweep.whole && sweep.found === 0) break
      sweep = { whole: true, found: 0 }
      progress = { ...progress, position: null }
      continue
    }
    sweep.found += found.length
    const changed = await exchange(options, statements, found)
    const last = found.at(-1)
    const done = progress.done + found.length
    await settle({
      position: field.primaryKey.map((column) => String(last?.[column])),
      done,
      total: Math.max(progress.total, done),
      changed: progress.changed + changed,
      state: 'running',
    })
  }
  await settle({ ...progress, position: null, state: 'done' })
  return progress
}

async function read(
  pool: Pool,
  { first, after }: Statements,
  given: readonly unknown[],
  position: readonly string[] | null,
): Promise<readonly OldRow[]> {
  const text = position === null ? first : after
  const values = [...given, ...(position ?? [])]
  const { rows } = await pool.query<OldRow>({ name: `bf ${text.length} ${hash(text)}`, text, values })
  return rows
}

/** Names of prepared statements have 63 bytes. */
const hash = (text: string): string => {
  let sum = 0
  for (let i = 0; i < text.length; i += 1) sum = (Math.imul(sum, 31) + text.charCodeAt(i)) | 0
  return (sum >>> 0).toString(36)
}

/** @returns how many were exchanged; the others were changed by somebody else meanwhile, who wrote what is newer */
async function exchange(
  { pool, fields, field }: ReencryptOptions,
  statements: Statements,
  rows: readonly OldRow[],
): Promise<number> {
  const byTenant = new Map<string, { cipher: FieldCipher; index: BlindIndex | null }>()
  for (const row of rows) {
    const tenant = tenantOf(field, row)
    if (byTenant.has(tenant)) continue
    const index = field.index === null ? null : await fields.keys.index(field, tenant)
    byTenant.set(tenant, { cipher: await fields.keys.cipher(field, tenant), index })
  }
  const olds: (Buffer | null)[] = []
  const clears: (string | null)[] = []
  const sealeds: Buffer[] = []
  const indexes: (Buffer | null)[] = []
  for (const row of rows) {
    const tools = byTenant.get(tenantOf(field, row))
    if (tools === undefined) throw new Error('a tenant without a cipher')
    const key = rowKeyOf(field, row)
    const { 'bf old': old, 'bf clear': clear } = row
    const plain = old === null ? clearBytes(field, clear) : tools.cipher.decrypt(key, old)
    olds.push(old)
    clears.push(old === null ? clear : null)
    sealeds.push(tools.cipher.encrypt(key, plain))
    const value = field.index === null ? null : fromBytes(field.type, Buffer.from(plain))
    indexes.push(tools.index?.value(value as string | Buffer) ?? null)
  }
  const keys = field.primaryKey.map((column) => rows.map((row) => row[column]))
  const text = statements.exchange
  const done = await pool.query({
    name: `bf ${text.length} ${hash(text)}`,
    text,
    values: [...keys, olds, clears, sealeds, indexes],
  })
  return done.rowCount ?? 0
}

const clearBytes = (field: EncryptedField, clear: string | null): Uint8Array =>
  field.type === 'json'
    ? Buffer.from(clear ?? 'null')
    : toBytes(field, field.type === 'bytes' ? hexBytes(clear) : clear)

/** A bytea as text: `\x` and hexadecimal. */
const hexBytes = (text: string | null): Buffer => Buffer.from((text ?? '').replace(/^\\x/, ''), 'hex')

async function keyTypes(pool: Pool, field: EncryptedField): Promise<readonly string[]> {
  const relation = quoted(field.schema, field.table)
  const { rows } = await pool.query<{ name: string; type: string }>(KEY_TYPES, [relation, field.primaryKey])
  return field.primaryKey.map((column) => {
    const type = rows.find(({ name }) => name === column)?.type
    if (type === undefined) throw new FieldError('not_declared', `${tableName(field)}.${column} does not exist`)
    return type
  })
}

/** What a sweep over the whole table found. */
export interface Swept {
  readonly rows: number
  readonly nulls: number
  /** Values by the key that they are under. */
  readonly byKey: ReadonlyMap<number, number>
  /** Rows whose value does not open in its row, at most 1,000 keys of them. */
  readonly broken: readonly Row[]
}

/** Opens every value of a column: what is counted here was decrypted, not assumed. */
export async function verifySweep({ pool, fields, field, signal }: ReencryptOptions): Promise<Swept> {
  const types = await keyTypes(pool, field)
  // No key has the id 0: so every row is wanted, in clear or not.
  const statements = statementsOf({ ...field, clear: null }, types, 0, true)
  const byKey = new Map<number, number>()
  const broken: Row[] = []
  let rows = 0
  let position: readonly string[] | null = null
  for (;;) {
    signal?.throwIfAborted()
    const found: readonly OldRow[] = await read(pool, statements, [5000], position)
    if (found.length === 0) break
    const ciphers = new Map<string, FieldCipher>()
    for (const row of found) {
      const key = rowKeyOf(field, row)
      const envelope = row['bf old'] ?? Buffer.alloc(0)
      const tenant = tenantOf(field, row)
      const cipher = ciphers.get(tenant) ?? (await fields.keys.cipher(field, tenant))
      ciphers.set(tenant, cipher)
      const [opened] = cipher.tryDecryptBatch([{ row: key, envelope }])
      if (opened?.ok === true) {
        const id = envelope.readUInt32BE(3)
        byKey.set(id, (byKey.get(id) ?? 0) + 1)
      } else if (broken.length < 1000)
        broken.push(Object.fromEntries(field.primaryKey.map((column) => [column, row[column]])))
    }
    rows += found.length
    const last = found.at(-1)
    position = field.primaryKey.map((column) => String(last?.[column]))
  }
  const { rows: counted } = await pool.query<{ n: string }>(
    `select count(*) as n from ${quoted(field.schema, field.table)} where ${quoted(field.column)} is null`,
  )
  const nulls = Number(counted[0]?.n ?? 0)
  return { rows: rows + nulls, nulls, byKey, broken }
}
