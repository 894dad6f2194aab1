import { reasonText } from '../../../kernel/check/row-words.ts'
import type { RouteDeps } from '../../../kernel/http/route.ts'
import type { FindingRow } from '../contract-tables.ts'
import { findingListsOf } from './finding-lists.ts'
import { type FindingQuestion, findingOrder } from './finding-question.ts'
import { ROWS } from './finding-sql.ts'

type Deps = Pick<RouteDeps, 'database' | 'policy' | 'checks' | 'clock'>

/** Findings: what is not fine, or was not, by the last row of each run. */
export async function findingTable(
  deps: Deps,
  question: FindingQuestion,
): Promise<{ total: number; rows: readonly FindingRow[] }> {
  const { offset, limit } = question
  const list = await findingList(deps, question)
  return { total: list.length, rows: await findingRows(deps, list.subarray(offset, offset + limit)) }
}

/** Numbers of all rows that match, in their order. */
export const findingList = (deps: Deps, question: FindingQuestion): Promise<Float64Array> =>
  findingListsOf(deps.database).of(deps, question, findingOrder(question.sort))

/** Rows by their numbers, in that order, in words. */
export async function findingRows(deps: Deps, ids: Float64Array): Promise<readonly FindingRow[]> {
  return (await storedFindings(deps, ids)).flatMap((row) => findingRow(deps, row))
}

/** A row of a finding as it is stored, with what is derived of it. */
export interface StoredFinding {
  readonly id: number
  readonly checkNumber: number
  readonly systemNumber: number
  readonly check: string
  readonly system: string
  readonly resource: string
  readonly status: FindingRow['status']
  readonly reason: string
  readonly dims: Record<string, unknown> | null
  readonly opened: Date
  readonly seen: Date | null
  readonly closed: Date | null
  readonly excepted: boolean
}

export async function storedFindings(
  { database, checks, clock }: Deps,
  ids: Float64Array,
): Promise<readonly StoredFinding[]> {
  if (ids.length === 0) return []
  const reads = [...checks.values()].map((check) => ({ id: check.id, reads: check.reads }))
  return database.stage('bf_publish').query<StoredFinding>(ROWS, [[...ids], clock.now(), JSON.stringify(reads)])
}

/** In words; nothing where the check is no longer known. */
export function findingRow({ checks, policy }: Pick<Deps, 'checks' | 'policy'>, row: StoredFinding): FindingRow[] {
  const check = checks.get(row.check)
  if (check === undefined) return []
  return [
    {
      id: row.id,
      status: row.status,
      severity: check.severity,
      controls: policy.controls.filter((c) => c.checks.some((id) => id === check.id)).map((c) => c.id),
      check: check.id,
      title: check.title,
      system: row.system,
      resource: row.resource,
      text: { de: reasonText(check, row, 'de'), en: reasonText(check, row, 'en') },
      openedAt: row.opened.toISOString(),
      lastSeenAt: row.seen?.toISOString() ?? null,
      closedAt: row.closed?.toISOString() ?? null,
      excepted: row.excepted,
    },
  ]
}
