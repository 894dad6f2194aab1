import { randomUUID } from 'node:crypto'
import type { Transaction } from '../../../kernel/db/database.ts'
import { recordAccess } from '../evidence/record.ts'

export type EndReason = 'time' | 'early' | 'lock' | 'left' | 'drill'

export interface Ending {
  readonly reason: EndReason
  /** Who ended it; of what ends by itself, the receiver. */
  readonly by: string
  /** Seconds until everything has to be proven gone. */
  readonly withinSeconds: number
}

/** A revocation that has begun. */
export interface Opened {
  readonly case: string
  readonly grants: readonly string[]
}

/**
 * Ends grants of one person: from this moment nothing is given for them any more, and a case follows until everything is proven
 * gone. Grants that have ended before are left alone.
 *
 * @param grants - which; null: all
 * @returns null where there was nothing to end
 */
export async function endGrants(
  tx: Transaction,
  at: Date,
  person: string,
  grants: readonly string[] | null,
  { reason, by, withinSeconds }: Ending,
): Promise<Opened | null> {
  const ended = await tx.query<{ id: string; entitlement: string; system: string }>(
    `update access."grant" set ended_at = $3, ended_by = $4, end_reason = $5
     where person = $1 and ended_at is null and ($2::uuid[] is null or id = any($2::uuid[]))
     returning id, entitlement, system`,
    [person, grants, at, by, reason],
  )
  if (ended.length === 0) return null
  const id = randomUUID()
  await tx.query(
    `insert into access.revocation_case (id, person, trigger, opened_by, opened_at, deadline) values ($1, $2, $3, $4, $5, $6)`,
    [id, person, reason, by, at, new Date(at.getTime() + withinSeconds * 1000)],
  )
  for (const { id: grant, entitlement, system } of ended) {
    await tx.query('insert into access.revocation_step (case_id, grant_id, system, next_at) values ($1, $2, $3, $4)', [
      id,
      grant,
      system,
      at,
    ])
    await recordAccess(tx, at, 'ended', { person, by }, { request: grant, entitlement, system, reason })
  }
  return { case: id, grants: ended.map((g) => g.id) }
}
