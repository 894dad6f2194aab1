import type { StagePool } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'

/** Alarms once at half of the service level, and once when it is over. */
export async function tellLate(
  { pool, onProblem }: { readonly pool: StagePool; onProblem(where: string, error: unknown): void },
  at: Date,
): Promise<void> {
  const late = await pool.query<{ id: string; over: boolean }>(
    `update access.revocation_case set
       half_told_at = coalesce(half_told_at, $1),
       late_told_at = case when deadline <= $1 then $1 end
     where closed_at is null and (
       (half_told_at is null and opened_at + (deadline - opened_at) / 2 <= $1)
       or (late_told_at is null and deadline <= $1))
     returning id, deadline <= $1 as over`,
    [at],
  )
  for (const { id, over } of late) {
    onProblem('revocation', new BergfriedError(over ? 'access.overdue' : 'access.half', { case: id }))
  }
}
