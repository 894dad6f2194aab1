import type { Transaction } from '../../../kernel/db/database.ts'
import type { Json } from '../../../kernel/ledger/canonical-json.ts'
import { appendEntry } from '../../../kernel/ledger/entry.ts'
import { sealPersonal } from '../../../kernel/ledger/personal.ts'

/** What can happen to an account. */
export type AccountEvent =
  | 'setup'
  | 'invited'
  | 'joined'
  | 'reset'
  | 'roles'
  | 'locked'
  | 'unlocked'
  | 'profile'
  | 'method_added'
  | 'method_removed'
  | 'sessions_ended'

/** Whose account, and who did it. Both by login; it is sealed. */
export interface About {
  /** Number of the account, no name. */
  readonly account: string
  readonly login: string
  readonly by: string
}

/** Who acts where nobody is signed in: the command line, on the machine of the server. */
export const COMMAND_LINE = 'command line'

/** Appends what happened to an account, in the caller's transaction. */
export async function recordAccount(
  tx: Transaction,
  now: Date,
  event: AccountEvent,
  about: About,
  more: Readonly<Record<string, Json>> = {},
): Promise<void> {
  await appendEntry(tx, now, 'account', {
    ...more,
    event,
    account: about.account,
    who: await sealPersonal(tx, now, about.login, { login: about.login }),
    by: await sealPersonal(tx, now, about.by, { by: about.by }),
  })
}
