import type { FactKind } from '../../facts/kinds.ts'
import { sysctlFact } from '../../facts/sysctl.fact.ts'
import { defineCheck } from '../check/check.ts'
import { judge } from '../check/judge.ts'
import { checkState } from '../check/roll-up.ts'
import { verdictRows } from '../check/row-query.ts'
import { tallyChecks } from '../check/tally.ts'
import { handClock } from '../clock/clock.ts'
import { collectSystem } from '../collect/run.ts'
import { type RegisteredSystem, syncSystems } from '../collect/systems.ts'
import { type TestDatabase, wipe } from './cluster.ts'

/** A check that is easy to see through: every kernel parameter must be 0. */
export const zero = defineCheck({
  id: 'test.all-zero',
  appliesTo: 'host',
  severity: 'low',
  title: { de: 'Alles ist null', en: 'All is zero' },
  population: { de: 'Werte', en: 'values' },
  remedy: { de: 'auf 0 setzen', en: 'set it to 0' },
  reasons: { zero: { de: 'null', en: 'zero' }, other: { de: 'ist {value}', en: 'is {value}' } },
  reads: ['sysctl'],
  dimensions: ['value'],
  freshness: 'PT1H',
  sql: `select system, name as resource, case when value = '0' then 'ok' else 'alarm' end as status,
    case when value = '0' then 'zero' else 'other' end as reason, value from sysctl`,
  examples: [] as never,
})

export type ZeroStage = Awaited<ReturnType<typeof zeroStage>>

/** An emptied database with one host and the check {@link zero}. */
export async function zeroStage(db: TestDatabase) {
  const clock = handClock('2026-11-01T00:00:00Z')
  await wipe(db)
  const systems = await syncSystems(db.stage('bf_desk'), [{ name: 'h', kind: 'host' }], [{}], clock.now())
  const host = systems.find((s) => s.name === 'h') as RegisteredSystem
  const store = (values: Readonly<Record<string, string>>) => {
    clock.advance(1000)
    const rows = Object.entries(values).map(([name, value]) => ({ ...sysctlFact.sample, name, value }))
    const given = new Map<FactKind, typeof rows>([['sysctl', rows]])
    return collectSystem(db.stage('bf_collect'), {
      system: host,
      connectors: [],
      target: undefined as never,
      clock,
      given,
    })
  }
  const judged = () => {
    clock.advance(1000)
    return judge(db.stage('bf_judge'), clock, [{ check: zero, systems: [host.id] }], 'command')
  }
  const question = (at = clock.now(), current = true) => ({ checks: [zero], systems: null, at, current })
  const state = async (at?: Date, current?: boolean) => {
    const tally = (await tallyChecks(db.stage('bf_publish'), question(at, current))).get(zero.id)
    return tally === undefined ? undefined : checkState(tally)
  }
  const rows = async (at?: Date, current?: boolean) =>
    (await verdictRows(db.stage('bf_publish'), { ...question(at, current), statuses: null, limit: 100 })).map(
      (r) => `${r.resource} ${r.status} ${r.reason} ${JSON.stringify(r.dims)}`,
    )
  return { clock, host, store, judged, state, rows }
}
