import type { StagePool } from '../../../kernel/db/database.ts'
import { appendEntry } from '../../../kernel/ledger/entry.ts'
import { holdAccount, keepAnOwner } from './hold-account.ts'

/**
 * Takes login and name out of an account, with everything that signs it in, for ever (GDPR Art. 17). The number stays, locked:
 * entries of the evidence speak of it. Belongs before the person's key in the evidence is destroyed.
 *
 * @param login - exactly as stored
 * @throws {BergfriedError} `http.not_found`, `identity.last_owner`
 */
export async function eraseAccount(stage: StagePool, login: string, now: Date): Promise<void> {
  await stage.transaction(async (tx) => {
    const { id } = await holdAccount(tx, { login })
    for (const table of ['session', 'passkey', 'password', 'totp', 'recovery_code', 'federated', 'link']) {
      await tx.query(`delete from identity.${table} where person_id = $1`, [id])
    }
    await tx.query(
      `update identity.person set login = 'erased-' || id, name = '-', roles = '{member}', last_seen_at = null,
         locked_at = coalesce(locked_at, $2) where id = $1`,
      [id, now],
    )
    await keepAnOwner(tx)
    // Without a name: the key that it would be sealed under is about to go.
    await appendEntry(tx, now, 'account', { event: 'erased', account: id })
  })
}
