import pg from 'pg'
import { encrypted } from '../../adapters/fieldcrypt/core/encrypted.ts'
import { EncryptedPg } from '../../adapters/fieldcrypt/pg/encrypted-pg.ts'
import { reencrypt } from '../../adapters/fieldcrypt/reencrypt/reencrypt.ts'
import { startTestCluster } from '../../connectors/postgres/testing/cluster.ts'
import { MemoryKeyProvider } from '../../engines/fieldcrypt/memory-provider.ts'
import { systemClock } from '../../kernel/clock/clock.ts'

const now = (): Date => systemClock.now()

/** Rows per second of a re-encryption in a real PostgreSQL while somebody else writes; and what pgcrypto does per second. */
export async function databaseRates(rows: number, say: (line: string) => void): Promise<void> {
  const cluster = await startTestCluster()
  const pool = new pg.Pool({ connectionString: cluster.connectionString, ssl: false })
  try {
    const field = encrypted({ table: 'secret', column: 'value' })
    const options = { pool, fields: [field], providers: [new MemoryKeyProvider()] as [MemoryKeyProvider], now }
    const [db, other] = [new EncryptedPg(options), new EncryptedPg(options)]
    await db.prepare()
    await pool.query('create table secret (id bigint primary key, value bytea)')
    for (let at = 0; at < rows; at += 10_000)
      await db.insert(
        'secret',
        Array.from({ length: Math.min(10_000, rows - at) }, (_, i) => ({
          id: at + i + 1,
          value: `sk_live_${'x'.repeat(24)}${at + i}`,
        })),
      )
    await db.fields.keys.rotate(field, 'default', 'bench')
    let [stop, written] = [false, 0]
    const writing = (async () => {
      while (!stop) {
        await other.update('secret', { id: 1 + ((written * 7919) % rows) }, { value: `sk_live_written_${written}` })
        written += 1
      }
    })()
    const began = performance.now()
    const { changed, state } = await reencrypt({ pool, fields: db.fields, field, now })
    const seconds = (performance.now() - began) / 1000
    stop = true
    await writing
    say(
      `re-encryption online: ${Math.round(changed / seconds)} rows/s (${changed} values, ${state}), beside it ${Math.round(written / seconds)} writes/s of somebody else`,
    )
  } finally {
    await pool.end()
    await cluster.stop()
  }
}
