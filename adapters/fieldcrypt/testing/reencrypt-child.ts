// Re-encrypts a column until it is killed. Arguments: connection string.
import pg from 'pg'
import { systemClock } from '../../../kernel/clock/clock.ts'
import { encrypted } from '../core/encrypted.ts'
import { EncryptedPg } from '../pg/encrypted-pg.ts'
import { reencrypt } from '../reencrypt/reencrypt.ts'
import { fixedProvider } from './fixed-provider.ts'

const pool = new pg.Pool({ connectionString: process.argv[2], ssl: false, max: 3 })
const field = encrypted({ table: 'secret', column: 'value' })
const db = new EncryptedPg({ pool, fields: [field], providers: [fixedProvider()], now: () => systemClock.now() })
process.stdout.write('up\n')
const { state } = await reencrypt({ pool, fields: db.fields, field, now: () => systemClock.now(), batch: 50 })
process.stdout.write(`${state}\n`)
await pool.end()
