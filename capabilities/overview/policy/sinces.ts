import type { StagePool } from '../../../kernel/db/database.ts'

/**
 * Since when each control has been in its state. A row is also written when only the counts change, so the state is as old
 * as the first row after another state. Recorded rows never change but for their end: each is read once.
 */
export class Sinces {
  readonly #pool: StagePool
  #known: ReadonlyMap<string, Known> | null = null
  #until = new Date(0)

  /** @param pool - as `bf_publish` */
  constructor(pool: StagePool) {
    this.#pool = pool
  }

  /** Per control the recorded state and its beginning. What is derived now may already be another. */
  async current(): Promise<ReadonlyMap<string, Known>> {
    const known = new Map(this.#known)
    const rows =
      this.#known === null ? await this.#pool.query<Row>(SINCE) : await this.#pool.query<Row>(LATER, [this.#until])
    for (const { control, state, since } of rows)
      if (known.get(control)?.state !== state) known.set(control, { state, since })
    const [newest] = rows.map((row) => row.from).sort((a, b) => b.getTime() - a.getTime())
    if (newest !== undefined && newest > this.#until) this.#until = newest
    this.#known = known
    return known
  }
}

interface Known {
  readonly state: string
  readonly since: Date
}
interface Row extends Known {
  readonly control: string
  readonly from: Date
}

const SINCE = `
  select n.control, n.state, n.valid_from as "from", coalesce(
    (select max(p.valid_to) from finding.control_state p
     where p.control = n.control and p.state <> n.state and p.valid_to <> 'infinity'),
    (select min(p.valid_from) from finding.control_state p where p.control = n.control)) as since
  from finding.control_state n where n.valid_to = 'infinity'`

const LATER = `
  select control, state, valid_from as "from", valid_from as since from finding.control_state
  where valid_to > $1 order by valid_from, id`
