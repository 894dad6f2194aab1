import { verdictRows } from '../../../kernel/check/row-query.ts'
import { reasonText, remedyText } from '../../../kernel/check/row-words.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { RouteDeps } from '../../../kernel/http/route.ts'
import type { FindingDetail } from '../contract-tables.ts'
import { LAST_OF_RUN } from './finding-sql.ts'
import { findingRow, storedFindings } from './findings.ts'

type Deps = Pick<RouteDeps, 'database' | 'policy' | 'checks' | 'clock'>
const MOST_HISTORY = 200

/** One finding whole, by any row of its run. @throws {BergfriedError} `http.not_found` */
export async function findingOf(deps: Deps, id: number): Promise<FindingDetail> {
  const { database, checks, clock } = deps
  const pool = database.stage('bf_publish')
  const at = clock.now()
  const [last] = await pool.query<{ id: number }>(LAST_OF_RUN, [id])
  const [stored] = await storedFindings(deps, Float64Array.from(last === undefined ? [] : [last.id]))
  const check = stored === undefined ? undefined : checks.get(stored.check)
  const [finding] = stored === undefined ? [] : findingRow(deps, stored)
  if (stored === undefined || check === undefined || finding === undefined)
    throw new BergfriedError('http.not_found', { what: `finding ${id}` })
  const history = await pool.query<{ status: string; reason: string; dims: never; from: Date; until: Date | null }>(
    `select status::text as status, reason, dims, valid_from as "from", nullif(valid_to, 'infinity') as until
     from finding.verdict_row where check_id = $1 and system_id = $2 and resource = $3
     order by valid_from desc limit ${MOST_HISTORY}`,
    [stored.checkNumber, stored.systemNumber, stored.resource],
  )
  const current = finding.closedAt === null
  const [row] = current
    ? await verdictRows(pool, {
        checks: [check],
        systems: [stored.systemNumber],
        statuses: null,
        at,
        current,
        limit: 1,
        after: stored.id - 1,
      })
    : []
  const exception = row?.id === stored.id ? row.exception : null
  return {
    finding,
    read: stored.dims,
    remedy: { de: remedyText(check, stored, 'de'), en: remedyText(check, stored, 'en') },
    exception: exception === null ? null : { ...exception, until: new Date(exception.until).toISOString() },
    history: history.map((h) => ({
      status: h.status,
      reason: h.reason,
      text: {
        de: reasonText(check, { ...h, resource: stored.resource }, 'de'),
        en: reasonText(check, { ...h, resource: stored.resource }, 'en'),
      },
      from: h.from.toISOString(),
      until: h.until?.toISOString() ?? null,
    })),
  }
}
