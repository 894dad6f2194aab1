import type { Pool } from 'pg'
import type { KeyProvider } from '../../../engines/fieldcrypt/provider.ts'
import { encrypted } from '../core/encrypted.ts'
import { EncryptedPg } from '../pg/encrypted-pg.ts'
import { reencrypt, verifySweep } from '../reencrypt/reencrypt.ts'

// The code of docs/guides/field-encryption.md, which quotes everything below; its test runs it.

export const apiKey = encrypted({
  table: 'integration',
  column: 'api_key_sealed',
  clear: 'api_key',
  index: { column: 'api_key_index', cardinality: { kind: 'random', bits: 160 } },
})
/** The time, by the clock of the application. */
type Now = () => Date

export async function openDatabase(pool: Pool, provider: KeyProvider, now: Now) {
  const db = new EncryptedPg({ pool, fields: [apiKey], providers: [provider], now })
  await db.prepare()
  return db
}

export async function encryptAll(pool: Pool, { fields }: EncryptedPg, now: Now) {
  const { changed } = await reencrypt({ pool, fields, field: apiKey, now })
  const { byKey, broken } = await verifySweep({ pool, fields, field: apiKey, now })
  return { changed, byKey, broken: broken.length }
}

export const ownerOf = async (db: EncryptedPg, key: string) =>
  db.query('select id, owner, api_key_sealed from integration where api_key_index = any($1)', [
    await db.search('integration', 'api_key_sealed', key),
  ])

export async function rotateAndShred(pool: Pool, db: EncryptedPg, now: Now) {
  await db.fields.keys.rotate(apiKey, 'default', 'yearly')
  const { byKey, broken } = await encryptAll(pool, db, now)
  if (broken > 0) throw new Error('some values do not open: no key is destroyed')
  const left = async (keyId: number) => byKey.get(keyId) ?? 0
  return db.fields.keys.shredOld(apiKey, 'default', left, 'nothing is left under it')
}
