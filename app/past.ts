import { attestationStates } from '../kernel/check/attestations.ts'
import { readingSql } from '../kernel/check/judge-sql.ts'
import { type Counts, NO_COUNTS } from '../kernel/check/roll-up.ts'
import type { VerdictRow } from '../kernel/check/row-query.ts'
import type { Tallied } from '../kernel/check/tally.ts'
import { controlVerdict } from '../kernel/check/verdicts.ts'
import type { House } from './house.ts'

interface PastRow {
  readonly system: number
  readonly resource: string
  readonly status: VerdictRow['status']
  readonly reason: string
  readonly dims: Record<string, unknown> | null
}

/**
 * What was true at an instant: the facts that held then, judged by the checks of today. (What was believed then is in
 * the stored rows.) Nothing is stored. Exceptions and freshness are not applied: this asks about facts alone.
 */
export async function pastVerdicts(house: House, systems: readonly number[] | null, at: Date) {
  const pool = house.database.stage('bf_judge')
  const scope = await pool.query<{ id: number; name: string; kind: string }>(
    `select id, name, kind from desk.system where added_at <= $1 and (removed_at is null or removed_at > $1)
       and ($2::int[] is null or id = any($2::int[]))`,
    [at, systems],
  )
  const names = new Map(scope.map((s) => [s.id, s.name]))
  const rows = new Map<string, readonly VerdictRow[]>()
  const tallies = new Map<string, Tallied>()
  for (const check of house.checks.values()) {
    const own = scope.filter((s) => s.kind === check.appliesTo).map((s) => s.id)
    const found =
      own.length === 0
        ? []
        : await pool.query<PastRow>(`with ${readingSql(check, 'past')} select * from seen`, [own, at, check.reads])
    const counts = { ...NO_COUNTS } as Record<keyof Counts, number>
    for (const row of found) counts[row.status as keyof Counts] += 1
    tallies.set(check.id, {
      counts: counts as Counts,
      systems: own.length,
      judged: new Set(found.map((r) => r.system)).size,
      measuredAt: null,
    })
    rows.set(
      check.id,
      found
        .filter((r) => r.status === 'alarm' || r.status === 'error' || r.status === 'stale')
        .map((r, id) => ({
          ...r,
          id,
          check: check.id,
          system: names.get(r.system) ?? '',
          since: at,
          until: null,
          exception: null,
        })),
    )
  }
  const attested = await attestationStates(pool, house.policy, at)
  const verdicts = house.policy.controls.map((control) =>
    controlVerdict(control, house.checks, tallies, attested.get(control.id) ?? [], at),
  )
  return { verdicts, rows }
}
