import { STATES, type State } from '../../../kernel/check/roll-up.ts'
import type { StagePool } from '../../../kernel/db/database.ts'

export const DAYS = 90
const DAY_MS = 86_400_000

/** A letter for each state, as PolicyLine.history tells them. */
export const LETTER: Readonly<Record<State, string>> = {
  alarm: 'a',
  error: 'e',
  stale: 's',
  unmeasured: 'u',
  excepted: 'x',
  attested: 't',
  info: 'i',
  skip: 'k',
  ok: 'o',
}
const NOBODY = '-'

type Day = ReadonlyMap<string, string>

/**
 * The worst state of each control on each of the last 90 days (UTC). A day that is over never changes: it is read once
 * and kept. A day on which nobody judged tells nothing.
 */
export class Histories {
  readonly #pool: StagePool
  readonly #past = new Map<string, Day>()

  /** @param pool - as `bf_publish` */
  constructor(pool: StagePool) {
    this.#pool = pool
  }

  /** Per control 90 letters, oldest first. */
  async of(controls: readonly string[], now: Date): Promise<ReadonlyMap<string, string>> {
    const today = dayOf(now)
    const days = Array.from({ length: DAYS }, (_, i) => dayOf(new Date(now.getTime() - (DAYS - 1 - i) * DAY_MS)))
    const missing = days.filter((day) => day === today || !this.#past.has(day))
    const read = await this.#read(missing[0] ?? today, today)
    for (const day of missing) if (day !== today) this.#past.set(day, read.get(day) ?? new Map())
    for (const day of this.#past.keys()) if (day < (days[0] ?? '')) this.#past.delete(day)
    const lettersOf = (day: string): Day | undefined => (day === today ? read.get(day) : this.#past.get(day))
    return new Map(controls.map((id) => [id, days.map((day) => lettersOf(day)?.get(id) ?? NOBODY).join('')]))
  }

  async #read(from: string, to: string): Promise<ReadonlyMap<string, Map<string, string>>> {
    const rows = await this.#pool.query<{ day: string; control: string; worst: number }>(SQL, [from, to, STATES])
    const found = new Map<string, Map<string, string>>()
    for (const { day, control, worst } of rows) {
      const state = STATES[worst - 1]
      if (state === undefined) continue
      const letters = found.get(day) ?? new Map<string, string>()
      found.set(day, letters.set(control, LETTER[state]))
    }
    return found
  }
}

const dayOf = (at: Date): string => at.toISOString().slice(0, 10)

/** STATES is worst first, so the smallest place is the worst. */
const SQL = `
with days as (
  select d::date as day, d at time zone 'UTC' as begins, (d + interval '1 day') at time zone 'UTC' as ends
  from generate_series($1::timestamp, $2::timestamp, interval '1 day') d),
watched as (
  select * from days d
  where exists (select from finding.judgement j where j.at >= d.begins and j.at < d.ends))
select to_char(w.day, 'YYYY-MM-DD') as day, s.control, min(array_position($3::text[], s.state)) as worst
from watched w join finding.control_state s on s.valid_from < w.ends and s.valid_to > w.begins
group by 1, 2`
