import { type Check, JUDGE_REASONS } from '../../../kernel/check/check.ts'
import type { Database } from '../../../kernel/db/database.ts'
import type { RouteDeps } from '../../../kernel/http/route.ts'
import { SEVERITIES } from '../contract.ts'
import { rowsVersion } from '../standing/version.ts'
import type { FindingOrder, FindingQuestion } from './finding-question.ts'
import { listSql } from './finding-sql.ts'
import { hasAll, likely, wordsOf } from './order.ts'

type Deps = Pick<RouteDeps, 'database' | 'policy' | 'checks'>
type Filters = Omit<FindingQuestion, 'sort' | 'offset' | 'limit'>

/** Numbers of rows that are kept at most, over all lists: 16 MB. */
const MOST_KEPT = 2_000_000
const MOST_LISTS = 64

const KNOWN = new WeakMap<Database, FindingLists>()

/** The lists that all questions to one database share. */
export function findingListsOf(database: Database): FindingLists {
  const known = KNOWN.get(database) ?? new FindingLists()
  KNOWN.set(database, known)
  return known
}

/**
 * Which rows match, in their order, as numbers alone. Whoever turns the pages of a table asks the same again and again: the
 * list is made once and kept until a row changes, so that every page, the first and the last, is a few rows by their numbers.
 */
export class FindingLists {
  readonly #lists = new Map<string, Promise<Float64Array>>()
  #version = ''

  async of(deps: Deps, filters: Filters, order: FindingOrder): Promise<Float64Array> {
    const version = await rowsVersion(deps.database.stage('bf_publish'))
    if (version !== this.#version) {
      this.#version = version
      this.#lists.clear()
    }
    const key = JSON.stringify([KEYS.map((k) => filters[k] ?? null), order.column, order.down])
    const known = this.#lists.get(key)
    if (known !== undefined) return known
    const made = listOf(deps, filters, order)
    this.#lists.set(key, made)
    await made.then(
      () => this.#shrink(),
      () => this.#lists.get(key) === made && this.#lists.delete(key),
    )
    return made
  }

  /** Forgets the oldest lists until the rest is small enough. */
  async #shrink(): Promise<void> {
    let kept = 0
    for (const [key, list] of [...this.#lists].reverse()) {
      kept += (await list.catch(() => ({ length: 0 }))).length
      if (kept > MOST_KEPT || this.#lists.size > MOST_LISTS) this.#lists.delete(key)
    }
  }
}

const KEYS = ['q', 'state', 'status', 'severity', 'control', 'system', 'check'] as const

async function listOf(deps: Deps, filters: Filters, order: FindingOrder): Promise<Float64Array> {
  const [row] = await deps.database
    .stage('bf_publish')
    .query<{ ids: Buffer | null }>(listSql(order), [
      JSON.stringify(asked(deps, filters)),
      filters.state,
      filters.status ?? null,
      filters.system ?? null,
      wordsOf(filters.q).map(likely),
    ])
  return numbersOf(row?.ids ?? Buffer.alloc(0))
}

/** The checks asked about, with the words that stand for their rows in both languages. */
function asked({ policy, checks }: Deps, { q, check, severity, control }: Filters) {
  const words = wordsOf(q)
  return [...checks.values()].flatMap((one) => {
    const controls = policy.controls.filter((c) => c.checks.some((id) => id === one.id)).map((c) => c.id)
    if (check !== undefined && one.id !== check) return []
    if (severity !== undefined && one.severity !== severity) return []
    if (control !== undefined && !controls.includes(control)) return []
    const told = `${one.id} ${one.title.de} ${one.title.en} ${controls.join(' ')}`.toLowerCase()
    return [
      {
        id: one.id,
        severity: SEVERITIES.indexOf(one.severity),
        told: words.length === 0 || hasAll(words, told) ? '' : told,
        all: hasAll(words, told),
        reasons: words.length === 0 ? {} : reasonsOf(one),
      },
    ]
  })
}

/** Words of each reason as they are written, without what was read. */
const reasonsOf = (check: Check): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries({ ...JUDGE_REASONS, ...check.reasons }).map(([reason, { de, en }]) => [
      reason,
      `${de} ${en}`.replace(/\{\w+\}/g, ' ').toLowerCase(),
    ]),
  )

/** Eight bytes each, big end first, as PostgreSQL sends an int8; all of ours stay below 2^53. */
function numbersOf(bytes: Buffer): Float64Array {
  const numbers = new Float64Array(bytes.length / 8)
  for (let i = 0; i < numbers.length; i++)
    numbers[i] = bytes.readUInt32BE(i * 8) * 2 ** 32 + bytes.readUInt32BE(i * 8 + 4)
  return numbers
}
