import type { RouteDeps } from '../../../kernel/http/route.ts'
import type { EvidenceRow } from '../contract-tables.ts'
import { summaryOf } from '../words/summary.ts'
import { likely, orderOf, wordsOf } from './order.ts'

type Deps = Pick<RouteDeps, 'database' | 'evidence'>
export interface EvidenceQuestion {
  readonly q: string
  readonly sort: string
  readonly offset: number
  readonly limit: number
  readonly kind: string | undefined
  readonly from: Date | undefined
  readonly until: Date | undefined
}

/** Words are looked for in the newest entries of what is asked for; older ones are found by kind and time. */
const SEARCHED = 20_000

/** Entries of the evidence. Without filters a place is its position, so any page is as quick as the first. */
export async function evidenceTable({ database, evidence }: Deps, question: EvidenceQuestion) {
  const pool = database.stage('bf_publish')
  const { down } = orderOf(question.sort, ['position'] as const, { column: 'position', down: true })
  const sealed = (await evidence?.status())?.sealed ?? 0
  const words = wordsOf(question.q)
  const plain =
    words.length === 0 && question.kind === undefined && question.from === undefined && question.until === undefined
  const { offset, limit } = question
  if (plain) {
    const [row] = await pool.query<{ total: number }>(
      'select coalesce(max(position) + 1, 0) as total from evidence.entry',
    )
    const total = row?.total ?? 0
    const first = down ? Math.max(0, total - offset - limit) : offset
    const last = down ? total - offset : offset + limit
    const rows = await pool.query<Stored>(
      `${SELECT} where position >= $1 and position < $2 order by position ${down ? 'desc' : 'asc'}`,
      [first, last],
    )
    return { total, rows: rows.map((r) => rowOf(r, sealed)) }
  }
  const params = [question.kind ?? null, question.from ?? null, question.until ?? null, words.map(likely)]
  const scope = `(${SELECT}
    where ($1::text is null or kind = $1) and ($2::timestamptz is null or at >= $2) and ($3::timestamptz is null or at <= $3)
    ${words.length === 0 ? '' : `order by position desc limit ${SEARCHED}`}) e
    where cardinality($4::text[]) = 0 or lower(kind || ' ' || position || ' ' || coalesce(body, '')) like all ($4::text[])`
  const [count, rows] = await Promise.all([
    pool.query<{ total: number }>(`select count(*) as total from ${scope}`, params),
    pool.query<Stored>(`select * from ${scope} order by position ${down ? 'desc' : 'asc'} offset $5 limit $6`, [
      ...params,
      offset,
      limit,
    ]),
  ])
  return { total: count[0]?.total ?? 0, rows: rows.map((r) => rowOf(r, sealed)) }
}

interface Stored {
  readonly position: number
  readonly at: Date
  readonly kind: string
  readonly body: string | null
  readonly digest: string | null
}
const SELECT = `select position, at, kind, body, encode(digest, 'hex') as digest from evidence.entry`

const rowOf = ({ position, at, kind, body, digest }: Stored, sealed: number): EvidenceRow => ({
  position,
  at: at.toISOString(),
  kind,
  summary: summaryOf(kind, body),
  digest,
  sealed: position < sealed,
})
