import type { Transaction } from '../../../kernel/db/database.ts'
import type { Json } from '../../../kernel/ledger/canonical-json.ts'
import { appendEntry } from '../../../kernel/ledger/entry.ts'
import { sealPersonal } from '../../../kernel/ledger/personal.ts'

/** What an entry of kind `firewall` tells of. */
export type FirewallEntry =
  | 'proposed'
  | 'approved'
  | 'refused'
  | 'withdrawn'
  | 'sent'
  | 'applied'
  | 'confirmed'
  | 'rolled_back'
  | 'seen'
  | 'noted'
  | 'review_opened'
  | 'reviewed'

/** Records something in the caller's transaction. People stand in it sealed; names of hosts, digests and numbers in clear. */
export async function recordFirewall(
  tx: Transaction,
  at: Date,
  event: FirewallEntry,
  by: string | null,
  clear: Readonly<Record<string, Json>>,
): Promise<void> {
  const who = by === null ? null : await sealPersonal(tx, at, by, { by })
  await appendEntry(tx, at, 'firewall', { event, who, ...clear } as Json)
}
