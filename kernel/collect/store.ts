import type { FactKind } from '../../facts/kinds.ts'
import type { StagePool, Transaction } from '../db/database.ts'
import { columnsOf } from '../db/fact-tables.ts'
import { appendEntry } from '../ledger/entry.ts'
import type { Population } from './population.ts'

/** Why a kind could not be read: our error code and what may be shown of it. */
export interface Failure {
  readonly code: string
  readonly detail: Readonly<Record<string, string | number>>
}

/** What one collection brings: populations of the kinds it read, failures of those it could not. */
export interface Harvest {
  readonly systemId: number
  readonly systemName: string
  readonly at: Date
  readonly finishedAt: Date
  readonly populations: readonly Population[]
  readonly failures: ReadonlyMap<FactKind, Failure>
}

export interface Stored {
  /** Kinds whose rows changed, or that began or ceased to be readable. */
  readonly changed: readonly FactKind[]
  readonly opened: number
  readonly closed: number
}

const BATCH = 1000

/**
 * Stores a collection in one transaction: rows that are new are opened, rows that are gone are closed, the heartbeat and
 * the evidence entry are written. Kinds that failed keep their population as it was.
 */
export async function storeHarvest(collect: StagePool, harvest: Harvest): Promise<Stored> {
  return collect.transaction(async (tx) => {
    // Two collections of one system never interleave.
    await tx.query('select pg_advisory_xact_lock(7401, $1)', [harvest.systemId])
    const kinds = [...harvest.populations.map((p) => p.kind), ...harvest.failures.keys()]
    const before = await currentDigests(tx, harvest)
    const beating = await pulses(tx, harvest.systemId)

    let opened = 0
    let closed = 0
    const changed = new Set<FactKind>()
    const told: Record<string, { rows: number; opened: number; closed: number; digest: string }> = {}
    for (const population of harvest.populations) {
      const known = before.get(population.kind) ?? new Set<string>()
      const fresh = [...population.rows].filter(([digest]) => !known.has(digest))
      const gone = [...known].filter((digest) => !population.rows.has(digest))
      for (let i = 0; i < fresh.length; i += BATCH)
        await insertRows(tx, harvest, population.kind, fresh.slice(i, i + BATCH))
      if (gone.length > 0) {
        await tx.query('select fact.close($1, $2, $3, $4)', [population.kind, harvest.systemId, gone, harvest.at])
      }
      opened += fresh.length
      closed += gone.length
      if (fresh.length + gone.length > 0 || beating.get(population.kind) !== 'ok') changed.add(population.kind)
      told[population.kind] = {
        rows: population.rows.size,
        opened: fresh.length,
        closed: gone.length,
        digest: population.digest(),
      }
    }
    for (const [kind, failure] of harvest.failures) {
      if (beating.get(kind) !== JSON.stringify(failure)) changed.add(kind)
    }
    const failures = Object.fromEntries(harvest.failures)
    await tx.query('select collect.finish($1, $2, $3, $4, $5, $6, $7)', [
      harvest.systemId,
      harvest.at,
      harvest.finishedAt,
      kinds,
      JSON.stringify(failures),
      opened,
      closed,
    ])
    await appendEntry(tx, harvest.finishedAt, 'collection', {
      system: harvest.systemName,
      began: harvest.at.toISOString(),
      kinds: told,
      failures: Object.fromEntries([...harvest.failures].map(([kind, failure]) => [kind, failure.code])),
    })
    return { changed: [...changed], opened, closed }
  })
}

async function currentDigests(tx: Transaction, harvest: Harvest): Promise<Map<string, Set<string>>> {
  const before = new Map<string, Set<string>>()
  if (harvest.populations.length === 0) return before
  const parts = harvest.populations.map(
    ({ kind }) => `select '${kind}' as kind, digest from fact.${kind} where system_id = $1 and valid_to = 'infinity'`,
  )
  const rows = await tx.query<{ kind: string; digest: string }>(parts.join(' union all '), [harvest.systemId])
  for (const { kind, digest } of rows) {
    const set = before.get(kind)
    if (set === undefined) before.set(kind, new Set([digest]))
    else set.add(digest)
  }
  return before
}

async function pulses(tx: Transaction, systemId: number): Promise<Map<string, string>> {
  const rows = await tx.query<{ kind: string; failure: Failure | null }>(
    'select kind, failure from collect.pulse where system_id = $1',
    [systemId],
  )
  return new Map(
    rows.map((r) => [
      r.kind,
      r.failure === null ? 'ok' : JSON.stringify({ code: r.failure.code, detail: r.failure.detail }),
    ]),
  )
}

/** Opens rows of one kind: `rows` are pairs of identity and JSON, as in {@link Population}. */
export async function insertRows(
  tx: Transaction,
  harvest: Pick<Harvest, 'systemId' | 'at'>,
  kind: FactKind,
  rows: readonly (readonly [string, string])[],
) {
  const columns = columnsOf(kind)
  const names = columns.map((c) => c.column).join(', ')
  const typed = columns.map((c) => `${c.column} ${c.type}`).join(', ')
  await tx.query(
    `insert into fact.${kind} (system_id, digest, valid_from, ${names})
     select $1, d.digest, $2, ${columns.map((c) => `r.${c.column}`).join(', ')}
     from unnest($3::uuid[], $4::jsonb[]) as d(digest, body), jsonb_to_record(d.body) as r(${typed})`,
    [harvest.systemId, harvest.at, rows.map(([digest]) => digest), rows.map(([, json]) => json)],
  )
}
