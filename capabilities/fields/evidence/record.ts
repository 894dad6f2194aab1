import type { Transaction } from '../../../kernel/db/database.ts'
import type { Json } from '../../../kernel/ledger/canonical-json.ts'
import { appendEntry } from '../../../kernel/ledger/entry.ts'
import { sealPersonal } from '../../../kernel/ledger/personal.ts'

/** What an entry of kind `key` tells of. */
export type KeyEvent =
  | 'created'
  | 'rotated'
  | 'disabled'
  | 'asked'
  | 'approved'
  | 'refused'
  | 'granted'
  | 'enabled'
  | 'shredded'
  | 'ended'
  | 'holder'

/** Records something in the caller's transaction. People stand in it sealed; names of keys and holders in clear. */
export async function recordKey(
  tx: Transaction,
  at: Date,
  event: KeyEvent,
  by: string,
  clear: Readonly<Record<string, Json>>,
): Promise<void> {
  const who = await sealPersonal(tx, at, by, { by })
  await appendEntry(tx, at, 'key', { event, who, ...clear } as Json)
}
