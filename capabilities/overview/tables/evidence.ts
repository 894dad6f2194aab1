import type { RouteDeps } from '../../../kernel/http/route.ts'
import type { EvidenceRow } from '../contract-tables.ts'
import { KIND_WORDS, summaryOf } from '../words/summary.ts'
import { type EvidenceFilter, evidenceCountsOf, filterParams, MATCHES } from './evidence-counts.ts'
import { likely, orderOf, wordsOf } from './order.ts'

type Deps = Pick<RouteDeps, 'database' | 'evidence'>
export interface EvidenceQuestion extends EvidenceFilter {
  readonly q: string
  readonly sort: string
  readonly offset: number
  readonly limit: number
}

/** Words are looked for in the newest entries of what is asked for; older ones are found by kind and time. */
export const SEARCHED = 20_000
/** At once, when a list is written out. */
const BATCH = 2000

/** Entries of the evidence by their positions, the newest first where nothing else is said. */
export async function evidenceTable(
  deps: Deps,
  question: EvidenceQuestion,
): Promise<{ total: number; rows: readonly EvidenceRow[] }> {
  const pool = deps.database.stage('bf_publish')
  const { offset, limit } = question
  const down = isDown(question)
  const [size, sealed] = await Promise.all([sizeOf(deps), sealedOf(deps)])
  if (wordsOf(question.q).length > 0) {
    const found = await search(deps, question, size)
    const rows = (down ? found : [...found].reverse()).slice(offset, offset + limit)
    return { total: found.length, rows: await byPositions(deps, rows, sealed) }
  }
  const { kind, from, until } = question
  if (kind === undefined && from === undefined && until === undefined) {
    // A place in the list is a position: any page is as quick as the first.
    const first = down ? Math.max(0, size - offset - limit) : offset
    const last = Math.min(size, down ? Math.max(0, size - offset) : offset + limit)
    const places = Array.from({ length: Math.max(0, last - first) }, (_, i) => (down ? last - 1 - i : first + i))
    return { total: size, rows: await byPositions(deps, places, sealed) }
  }
  const [total, places] = await Promise.all([
    evidenceCountsOf(deps.database).of(question, size),
    pool.query<{ position: number }>(
      `select position from evidence.entry where position < $4 and ${MATCHES}
       order by position ${down ? 'desc' : 'asc'} offset $5 limit $6`,
      [...filterParams(question), size, offset, limit],
    ),
  ])
  const positions = places.map((p) => p.position)
  return { total, rows: await byPositions(deps, positions, sealed) }
}

/** The same entries, all of them, a few at a time. What is appended meanwhile is not among them. */
export async function* evidenceBatches(deps: Deps, question: EvidenceQuestion): AsyncGenerator<readonly EvidenceRow[]> {
  const pool = deps.database.stage('bf_publish')
  const down = isDown(question)
  const [size, sealed] = await Promise.all([sizeOf(deps), sealedOf(deps)])
  if (wordsOf(question.q).length > 0) {
    const found = await search(deps, question, size)
    const ordered = down ? found : [...found].reverse()
    for (let i = 0; i < ordered.length; i += BATCH) yield byPositions(deps, ordered.slice(i, i + BATCH), sealed)
    return
  }
  let [low, high] = [0, size]
  while (low < high) {
    const rows = await pool.query<Stored>(
      `${SELECT} where position >= $4 and position < $5 and ${MATCHES}
       order by position ${down ? 'desc' : 'asc'} limit ${BATCH}`,
      [...filterParams(question), low, high],
    )
    yield rows.map((row) => rowOf(row, sealed))
    const last = rows.at(-1)
    if (last === undefined || rows.length < BATCH) return
    if (down) high = last.position
    else low = last.position + 1
  }
}

const isDown = ({ sort }: EvidenceQuestion): boolean =>
  orderOf(sort, ['position'] as const, { column: 'position', down: true }).down

/** Positions that match all words, newest first. */
async function search({ database }: Deps, question: EvidenceQuestion, size: number): Promise<readonly number[]> {
  const rows = await database.stage('bf_publish').query<{ position: number }>(
    `select position from (
       select position, kind, body from evidence.entry where position < $4 and ${MATCHES}
       order by position desc limit ${SEARCHED}) e
     where lower(concat_ws(' ', kind, position, body, $6::jsonb ->> kind)) like all ($5::text[])
     order by position desc`,
    [...filterParams(question), size, wordsOf(question.q).map(likely), JSON.stringify(KIND_WORDS)],
  )
  return rows.map((row) => row.position)
}

async function sizeOf({ database }: Deps): Promise<number> {
  const [row] = await database
    .stage('bf_publish')
    .query<{ size: number }>('select coalesce(max(position) + 1, 0) as size from evidence.entry')
  return row?.size ?? 0
}
const sealedOf = async ({ evidence }: Deps): Promise<number> => (await evidence?.status())?.sealed ?? 0

async function byPositions({ database }: Deps, positions: readonly number[], sealed: number) {
  if (positions.length === 0) return []
  const rows = await database
    .stage('bf_publish')
    .query<Stored>(`${SELECT} where position = any($1::bigint[])`, [positions])
  const found = new Map(rows.map((row) => [row.position, row]))
  return positions.flatMap((position) => {
    const row = found.get(position)
    return row === undefined ? [] : [rowOf(row, sealed)]
  })
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
