// Collects and judges one host over and over until it is killed; says what was committed. For the test of kills.

import type { FactKind } from '../../facts/kinds.ts'
import { sysctlFact } from '../../facts/sysctl.fact.ts'
import { judge } from '../../kernel/check/judge.ts'
import { systemClock } from '../../kernel/clock/clock.ts'
import { collectSystem } from '../../kernel/collect/run.ts'
import { openDatabase } from '../../kernel/db/database.ts'
import type { TestCluster } from '../../kernel/testing/cluster.ts'
import { zero } from '../../kernel/testing/zero-stage.ts'

const [database = '', systemId = '', round = ''] = process.argv.slice(2)
const cluster = JSON.parse(process.env['BERGFRIED_TEST_CLUSTER'] ?? 'null') as TestCluster
const db = openDatabase({ ...cluster, database })
const system = { id: Number(systemId), name: 'h', kind: 'host' as const }

for (let turn = 0; ; turn += 1) {
  // A third of the rows changes at every turn.
  const rows = Array.from({ length: 60 }, (_, i) => ({
    ...sysctlFact.sample,
    name: `k${i}`,
    value: String(i % 3 === turn % 3 ? Number(round) * 1000 + turn : 0),
  }))
  const given = new Map<FactKind, typeof rows>([['sysctl', rows]])
  await collectSystem(db.stage('bf_collect'), {
    system,
    connectors: [],
    target: undefined as never,
    clock: systemClock,
    given,
  })
  process.stdout.write(`collected ${round} ${turn}\n`)
  await judge(db.stage('bf_judge'), systemClock, [{ check: zero, systems: [system.id] }], 'test')
}
