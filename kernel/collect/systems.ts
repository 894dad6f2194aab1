import type { SystemKind } from '../../facts/fact.ts'
import type { StagePool } from '../db/database.ts'
import type { Json } from '../ledger/canonical-json.ts'
import { appendEntry } from '../ledger/entry.ts'

export interface RegisteredSystem {
  readonly id: number
  readonly name: string
  readonly kind: SystemKind
}

/** The system that holds the register of people. Always there. */
export const REGISTER = { name: 'register', kind: 'register' } as const
/** The system that holds what this product does itself: its reviews, its backups, what it detected. */
export const PRODUCT = { name: 'bergfried', kind: 'product' } as const

/**
 * Makes the stored list of systems equal to the configured one. A system that is no longer configured is marked removed
 * and keeps its history; one that comes back keeps its number. A name that changes its kind is another system: refused
 * by the database, because its history would lie.
 *
 * @param options.remove - false: systems that are not named stay as they are
 * @param configuration - bodies of the entries that are recorded when something changed: digests and names, no secrets
 * @returns the systems now registered, by name
 */
export async function syncSystems(
  desk: StagePool,
  wanted: readonly { name: string; kind: SystemKind }[],
  configuration: readonly Json[],
  at: Date,
  options: { readonly remove: boolean } = { remove: true },
): Promise<readonly RegisteredSystem[]> {
  const all = [...wanted, REGISTER]
  return desk.transaction(async (tx) => {
    const names = all.map((s) => s.name)
    const kinds = all.map((s) => s.kind)
    const changed = await tx.query<{ name: string }>(
      `with wanted as (select * from unnest($1::text[], $2::text[]) as w(name, kind)),
       added as (
         insert into desk.system (name, kind, added_at) select w.name, w.kind, $3 from wanted w
         where not exists (select from desk.system s where s.name = w.name) returning name),
       returned as (
         update desk.system s set removed_at = null, added_at = $3 from wanted w
         where s.name = w.name and s.kind = w.kind and s.removed_at is not null returning s.name),
       removed as (
         update desk.system s set removed_at = $3
         where $4 and s.removed_at is null and s.name <> all($1::text[]) returning s.name)
       select name from added union all select name from returned union all select name from removed`,
      [names, kinds, at, options.remove],
    )
    const systems = await tx.query<RegisteredSystem>(
      'select id, name, kind from desk.system where removed_at is null order by name',
    )
    if (changed.length > 0) for (const body of configuration) await appendEntry(tx, at, 'configuration', body)
    return systems
  })
}

/** The systems registered now. */
export const registeredSystems = (pool: StagePool): Promise<readonly RegisteredSystem[]> =>
  pool.query<RegisteredSystem>('select id, name, kind from desk.system where removed_at is null order by name')
