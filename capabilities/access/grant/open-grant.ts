import type { Entitlement } from '../../../kernel/config/access-config.ts'
import type { Transaction } from '../../../kernel/db/database.ts'
import { recordAccess } from '../evidence/record.ts'
import type { StoredRequest } from '../request/stored-request.ts'

/** Writes down a grant that the keeper has opened. Whoever acts on the system is told by the workers. */
export async function openGrant(
  tx: Transaction,
  at: Date,
  entitlement: Entitlement,
  request: StoredRequest,
  opened: { readonly from: number; readonly until: number },
): Promise<void> {
  const account = /^account (.+)$/m.exec(request.text)?.[1] ?? ''
  const until = new Date(opened.until * 1000)
  await tx.query(
    `insert into access."grant" (id, person, entitlement, system, kind, level, account, from_at, until)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (id) do nothing`,
    [
      request.id,
      request.receiver,
      entitlement.name,
      entitlement.system,
      entitlement.kind,
      entitlement.level,
      account,
      new Date(opened.from * 1000),
      until,
    ],
  )
  const clear = {
    request: request.id,
    entitlement: entitlement.name,
    system: entitlement.system,
    until: until.toISOString(),
  }
  await recordAccess(tx, at, 'opened', { person: request.receiver, by: request.receiver }, clear)
}
