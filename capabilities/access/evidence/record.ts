import type { Transaction } from '../../../kernel/db/database.ts'
import type { Json } from '../../../kernel/ledger/canonical-json.ts'
import { appendEntry } from '../../../kernel/ledger/entry.ts'
import { sealPersonal } from '../../../kernel/ledger/personal.ts'

/** What an entry of kind `access` tells of. */
export type AccessEvent =
  | 'requested'
  | 'approved'
  | 'refused'
  | 'withdrawn'
  | 'opened'
  | 'applied'
  | 'certified'
  | 'ended'
  | 'locked'
  | 'unlocked'
  | 'key_added'
  | 'key_removed'
  | 'approver'
  | 'host'

/** Records something in the caller's transaction. People stand in it sealed; numbers and names of systems in clear. */
export async function recordAccess(
  tx: Transaction,
  at: Date,
  event: AccessEvent,
  about: { readonly person: string; readonly by: string },
  clear: Readonly<Record<string, string | number | null>> = {},
): Promise<number> {
  const who = await sealPersonal(tx, at, about.person, { person: about.person, by: about.by } as Json)
  return appendEntry(tx, at, 'access', { event, who, ...clear } as Json)
}
