import { type VerdictRow, verdictRows } from '../kernel/check/row-query.ts'
import type { House } from './house.ts'

/** Rows per check: those that are not fine, or all of them. */
export async function rowsByCheck(
  house: House,
  question: { systems: readonly number[] | null; at: Date; current: boolean; fine: boolean },
): Promise<ReadonlyMap<string, readonly VerdictRow[]>> {
  const rows = await verdictRows(house.database.stage('bf_publish'), {
    checks: [...house.checks.values()],
    systems: question.systems,
    statuses: question.fine ? null : ['alarm', 'error', 'stale'],
    at: question.at,
    current: question.current,
    limit: 100_000,
  })
  return Map.groupBy(rows, (row) => row.check)
}
