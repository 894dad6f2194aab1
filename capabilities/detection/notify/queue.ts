import type { Transaction } from '../../../kernel/db/database.ts'
import type { Raised } from '../store.ts'

const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'] as const
export type MailLevel = (typeof LEVELS)[number]

/** A mail for each new alert that is grave enough, in the transaction that raises it: none is lost, and none is sent for what was rolled back. */
export async function queueMails(
  tx: Transaction,
  now: Date,
  raised: readonly Raised[],
  from: MailLevel | null,
): Promise<void> {
  if (from === null) return
  const grave = raised.filter(({ fresh, level }) => fresh && LEVELS.indexOf(level) >= LEVELS.indexOf(from))
  for (const { id } of grave)
    await tx.query('insert into detection.mail (alert_id, made_at, next_at) values ($1, $2, $2)', [id, now])
}
