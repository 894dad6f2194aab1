import { ERRORS } from '../../../kernel/error-codes.ts'
import type { ErrorCode } from '../../../kernel/errors.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { RouteDeps } from '../../../kernel/http/route.ts'
import { fill } from '../../../kernel/i18n/text.ts'
import type { SystemDetail, SystemRow } from '../contract-tables.ts'
import { talliesOf } from '../standing/of-database.ts'
import { EVERYTHING } from './finding-question.ts'
import { findingTable } from './findings.ts'
import { hasAll, orderOf, sorted, wordsOf } from './order.ts'

type Deps = Pick<RouteDeps, 'database' | 'policy' | 'checks' | 'clock'>
export interface SystemQuestion {
  readonly q: string
  readonly sort: string
  readonly offset: number
  readonly limit: number
  readonly kind: SystemRow['kind'] | undefined
  readonly state: SystemRow['state'] | undefined
}

/** Nothing read for so long: the system is silent. */
const SILENT_MS = 3_600_000
const COLUMNS = ['name', 'kind', 'state', 'lastReadAt', 'open'] as const

export async function systemTable(deps: Deps, question: SystemQuestion) {
  const words = wordsOf(question.q)
  const { column, down } = orderOf(question.sort, COLUMNS, { column: 'name', down: false })
  const matching = (await systemRows(deps, null)).filter(
    (s) =>
      hasAll(words, s.name, s.kind) &&
      (question.kind === undefined || s.kind === question.kind) &&
      (question.state === undefined || s.state === question.state),
  )
  const ordered = sorted(
    matching,
    down,
    (s) => s[column],
    (s) => s.name,
  )
  return { total: matching.length, rows: ordered.slice(question.offset, question.offset + question.limit) }
}

/** @param name - one system; null: all */
async function systemRows(deps: Deps, name: string | null): Promise<readonly SystemRow[]> {
  const now = deps.clock.now().getTime()
  const [rows, open] = await Promise.all([
    deps.database
      .stage('bf_publish')
      .query<Omit<SystemRow, 'state' | 'lastReadAt' | 'open'> & { read: Date | null }>(SYSTEMS, [name]),
    talliesOf(deps.database).openBySystem(),
  ])
  return rows.map(({ read, ...row }) => {
    const silent = row.kind !== 'register' && (read === null || now - read.getTime() > SILENT_MS)
    return {
      ...row,
      open: open.get(row.id) ?? 0,
      lastReadAt: read?.toISOString() ?? null,
      state: silent ? 'silent' : row.failing > 0 ? 'failing' : 'ok',
    }
  })
}

const SYSTEMS = `
select s.id, s.name, s.kind, coalesce(p.kinds, 0) as kinds, coalesce(p.failing, 0) as failing, p.read
from desk.system s
left join (
  select system_id, count(*) as kinds, count(*) filter (where failure is not null) as failing, max(last_ok_at) as read
  from collect.pulse group by 1) p on p.system_id = s.id
where s.removed_at is null and ($1::text is null or s.name = $1)`

const MOST_COLLECTIONS = 50
const MOST_FINDINGS = 20

/** @throws {BergfriedError} `system.unknown` */
export async function systemOf(deps: Deps, name: string): Promise<SystemDetail> {
  const [system] = await systemRows(deps, name)
  if (system === undefined) throw new BergfriedError('system.unknown', { system: name })
  const pool = deps.database.stage('bf_publish')
  const [kinds, collections, worst] = await Promise.all([
    pool.query<{ kind: string; ok: Date | null; tried: Date; failure: Failure | null }>(
      'select kind, last_ok_at as ok, last_try_at as tried, failure from collect.pulse where system_id = $1 order by kind',
      [system.id],
    ),
    pool.query<{ at: Date; finished: Date; kinds: number; failures: number; opened: number; closed: number }>(
      `select at, finished_at as finished, cardinality(kinds) as kinds, opened, closed,
         (select count(*) from jsonb_object_keys(failures)) as failures
       from collect.collection where system_id = $1 order by at desc limit ${MOST_COLLECTIONS}`,
      [system.id],
    ),
    findingTable(deps, { ...EVERYTHING, system: name, limit: MOST_FINDINGS }),
  ])
  return {
    system,
    kinds: kinds.map((k) => ({
      kind: k.kind,
      lastOkAt: k.ok?.toISOString() ?? null,
      lastTryAt: k.tried.toISOString(),
      failure: k.failure === null ? null : { code: k.failure.code, text: failureText(k.failure) },
    })),
    collections: collections.map(({ at, finished, ...rest }) => ({
      at: at.toISOString(),
      milliseconds: finished.getTime() - at.getTime(),
      ...rest,
    })),
    worst: [...worst.rows],
  }
}

interface Failure {
  readonly code: string
  readonly detail?: Record<string, unknown>
}

function failureText({ code, detail = {} }: Failure) {
  const spec = ERRORS[code as ErrorCode]
  return spec === undefined
    ? { de: code, en: code }
    : { de: fill(spec.text.de, detail), en: fill(spec.text.en, detail) }
}
