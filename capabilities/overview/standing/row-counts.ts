import type { Transaction } from '../../../kernel/db/database.ts'

/** How many rows of one check stand where: a list per status, one place per system. Kept small, a fleet has many. */
export interface SystemCounts {
  readonly system: Int32Array
  readonly alarm: Int32Array
  readonly error: Int32Array
  readonly stale: Int32Array
  readonly info: Int32Array
  readonly skip: Int32Array
  readonly ok: Int32Array
}

/**
 * How many rows of each check stand where, kept in this process. Every change of rows is committed together with an
 * evidence entry that names the check, so the newest such entry tells exactly which checks have to be counted again.
 * What a row means at a given time (too old, excepted) is not kept here.
 */
export class RowCounts {
  #byCheck: ReadonlyMap<string, SystemCounts> = new Map()
  #newest: Place | null = null

  /** @param tx - as `bf_publish`, one snapshot: what is given fits everything else that is read in it */
  async current(tx: Transaction): Promise<ReadonlyMap<string, SystemCounts>> {
    const known = this.#newest
    const [newest = NOTHING] = await tx.query<Place>(NEWEST)
    if (known !== null && newest.position === known.position && newest.digest === known.digest) return this.#byCheck
    const changed = known === null ? null : await changedSince(tx, known, newest)
    const read = await tx.query<Counted>(COUNT, [changed])
    const next = new Map(changed === null ? [] : this.#byCheck)
    for (const check of changed ?? []) next.delete(check)
    for (const row of read) next.set(row.check, countsOf(row))
    // Another question may have gone further meanwhile: its answer stays.
    if (this.#newest === known) {
      this.#byCheck = next
      this.#newest = newest
    }
    return next
  }
}

/** Where the newest change of rows stands in the evidence. */
interface Place {
  readonly position: number
  readonly digest: string | null
}
const NOTHING: Place = { position: -1, digest: null }

/** Checks whose rows changed after a place; null: all of them, because the evidence is not the continuation of what was known. */
async function changedSince(tx: Transaction, known: Place, newest: Place): Promise<readonly string[] | null> {
  if (newest.position <= known.position) return null
  const entries = await tx.query<{ check: string | null; digest: string | null; position: number }>(CHANGED, [
    known.position,
  ])
  if (known.position >= 0 && !entries.some((e) => e.position === known.position && e.digest === known.digest))
    return null
  const names = entries.map((e) => e.check).filter((check) => check !== null)
  return names.length === entries.length ? [...new Set(names)] : null
}

type Counted = { readonly check: string } & Readonly<Record<keyof SystemCounts, readonly number[]>>

const countsOf = (row: Counted): SystemCounts => ({
  system: Int32Array.from(row.system),
  alarm: Int32Array.from(row.alarm),
  error: Int32Array.from(row.error),
  stale: Int32Array.from(row.stale),
  info: Int32Array.from(row.info),
  skip: Int32Array.from(row.skip),
  ok: Int32Array.from(row.ok),
})

const NEWEST = `
  select position, encode(digest, 'hex') as digest from evidence.entry where kind = 'verdicts' order by position desc limit 1`

/** With the place that was known, so that it is seen whether it is still what it was. */
const CHANGED = `
  select position, encode(digest, 'hex') as digest, body::jsonb ->> 'check' as "check"
  from evidence.entry where kind = 'verdicts' and position >= $1`

const STATUSES = ['alarm', 'error', 'stale', 'info', 'skip', 'ok'] as const
const COUNT = `
  select n.name as "check", array_agg(c.system_id) as system, ${STATUSES.map((s) => `array_agg(c.${s}) as ${s}`).join(', ')}
  from (
    select check_id, system_id, ${STATUSES.map((s) => `count(*) filter (where status = '${s}')::int as ${s}`).join(', ')}
    from finding.verdict_row
    where valid_to = 'infinity'
      and ($1::text[] is null or check_id in (select id from finding.check_name where name = any($1)))
    group by 1, 2) c
  join finding.check_name n on n.id = c.check_id group by 1`
