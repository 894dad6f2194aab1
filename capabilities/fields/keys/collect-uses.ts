import type { KeysKeeper } from '../../../kernel/act/keys-desk.ts'
import type { StagePool } from '../../../kernel/db/database.ts'
import { appendEntry } from '../../../kernel/ledger/entry.ts'

/** So many kinds of use fit into an entry of 60,000 bytes. */
const PER_ENTRY = 150

/**
 * Fetches what the keeper counted and stores it with its entry: each batch once, whatever is cut off where, as the keeper gives it
 * until it is told that it was stored.
 *
 * @returns whether there was anything
 */
export async function collectUses(pool: StagePool, keeper: KeysKeeper, at: Date): Promise<boolean> {
  const { publicKey } = await keeper.list()
  const [last] = await pool.query<{ number: number }>(
    'select coalesce(max(number), 0)::float8 as number from keys.use_batch where keeper = $1',
    [publicKey],
  )
  const { batch } = await keeper.uses(last?.number ?? 0)
  if (batch === null) return false
  await pool.transaction(async (tx) => {
    const fresh = await tx.query(
      'insert into keys.use_batch (keeper, number, at) values ($1, $2, $3) on conflict do nothing returning 1',
      [publicKey, batch.number, at],
    )
    if (fresh.length === 0) return
    for (const use of batch.uses) {
      await tx.query(
        `insert into keys.use (keeper, number, grant_id, holder, key, op, outcome, count, first_at, last_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, to_timestamp($9), to_timestamp($10))`,
        [publicKey, batch.number, use.grant, use.holder, use.key, use.op, use.outcome, use.count, use.first, use.last],
      )
    }
    for (let i = 0; i < batch.uses.length; i += PER_ENTRY) {
      const uses = batch.uses.slice(i, i + PER_ENTRY).map((use) => ({ ...use }))
      await appendEntry(tx, at, 'key_use', { keeper: publicKey, batch: batch.number, uses })
    }
  })
  return true
}
