import { readRegister, storeRegister } from '../capabilities/people/store.ts'
import type { FactKind } from '../facts/kinds.ts'
import type { RegisteredSystem } from '../kernel/collect/systems.ts'
import { type RegisteredGrant, sameRegister, withGrants } from './grant-register.ts'
import type { House } from './house.ts'

/** Grants that ended longer ago left nothing in the register. */
const GRANTS = `
select g.system, g.account, g.person, g.kind, g.until, g.ended_at as "endedAt", g.external, r.need,
  array(select v.person from access.review v where v.request_id = r.id and v.verdict = 'approve' order by v.at) as "approvedBy",
  g.entitlement
from access."grant" g join access.request r on r.id = g.id
where g.ended_at is null or g.ended_at > $1::timestamptz - interval '7 days'`

/**
 * Enters into the register what grants explain, so that the checks do not call shadow access what was asked for and approved, and do
 * once it has ended.
 */
export async function settleGrants(
  house: House,
  changed: (system: RegisteredSystem, kinds: readonly FactKind[]) => void,
): Promise<void> {
  const register = house.systems.find((system) => system.kind === 'register')
  if (register === undefined) return
  type Row = Omit<RegisteredGrant, 'until' | 'endedAt' | 'sudo'> & {
    until: Date
    endedAt: Date | null
    entitlement: string
  }
  const rows = await house.database.stage('bf_access').query<Row>(GRANTS, [house.clock.now()])
  if (rows.length === 0) return
  const grants = rows.map((row) => ({
    ...row,
    until: row.until.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    sudo: house.config.access.entitlements.find((e) => e.name === row.entitlement)?.sudo != null,
  }))
  const collect = house.database.stage('bf_collect')
  const before = await readRegister(collect, register)
  const after = withGrants(before, grants)
  if (sameRegister(before, after)) return
  changed(register, await storeRegister(collect, house.clock, register, after))
}
