import type { Database, StagePool } from '../../../kernel/db/database.ts'

/** What narrows a list of entries. */
export interface EvidenceFilter {
  readonly kind: string | undefined
  readonly from: Date | undefined
  readonly until: Date | undefined
}

/** Filters whose numbers are kept. */
const MOST_KEPT = 200

const KNOWN = new WeakMap<Database, EvidenceCounts>()

/** The numbers that all questions to one database share. */
export function evidenceCountsOf(database: Database): EvidenceCounts {
  const known = KNOWN.get(database) ?? new EvidenceCounts(database.stage('bf_publish'))
  KNOWN.set(database, known)
  return known
}

/** How many entries match. Entries are only ever appended: what was counted once is not counted again. */
export class EvidenceCounts {
  readonly #pool: StagePool
  readonly #kept = new Map<string, { readonly below: number; readonly n: number }>()

  /** @param pool - as `bf_publish` */
  constructor(pool: StagePool) {
    this.#pool = pool
  }

  /** @param size - how many entries there are: what comes later is not counted */
  async of(filter: EvidenceFilter, size: number): Promise<number> {
    const key = JSON.stringify([filter.kind ?? null, filter.from ?? null, filter.until ?? null])
    const kept = this.#kept.get(key)
    const known = kept !== undefined && kept.below <= size ? kept : { below: 0, n: 0 }
    if (known.below === size) return known.n
    const [row] = await this.#pool.query<{ n: number }>(
      `select count(*) as n from evidence.entry where position >= $4 and position < $5 and ${MATCHES}`,
      [...filterParams(filter), known.below, size],
    )
    const n = known.n + (row?.n ?? 0)
    // The newest place last, so that the oldest question is forgotten first.
    this.#kept.delete(key)
    this.#kept.set(key, { below: size, n })
    for (const old of this.#kept.keys()) {
      if (this.#kept.size <= MOST_KEPT) break
      this.#kept.delete(old)
    }
    return n
  }
}

/** `$1` kind, `$2` from, `$3` until. */
export const MATCHES = `($1::text is null or kind = $1) and ($2::timestamptz is null or at >= $2)
  and ($3::timestamptz is null or at <= $3)`
export const filterParams = ({ kind, from, until }: EvidenceFilter): readonly unknown[] => [
  kind ?? null,
  from ?? null,
  until ?? null,
]
