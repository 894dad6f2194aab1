import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { accessHouse, entitlement, MadeUpSystem } from '../../app/testing/access-house.ts'
import { lock } from '../../capabilities/access/people/lock.ts'
import type { Database } from '../../kernel/db/database.ts'
import { table } from '../median.ts'

const PEOPLE = 1000
const SYSTEMS = 50
const DOWN = 20
const LONGEST_MS = 180_000

/** A thousand people lose what they have on fifty systems of which twenty are down. What a system does takes no time here: the lanes are measured. */
export async function manyAccounts(database: Database): Promise<string> {
  const systems = Array.from({ length: SYSTEMS }, (_, i) => [`s-${i}`, new MadeUpSystem()] as const)
  const house = await accessHouse(
    systems.map(([name]) => entitlement(`e-${name}`, { system: name })),
    new Map(systems),
    database,
  )
  try {
    const pool = house.db.stage('bf_access')
    const now = house.clock.now()
    const until = new Date(now.getTime() + 3_600_000)
    const grants = Array.from({ length: PEOPLE }, (_, i) => ({
      id: randomUUID(),
      person: `p${i}@example.com`,
      system: `s-${i % SYSTEMS}`,
    }))
    const text = JSON.stringify(grants)
    await pool.query(
      `insert into access.request (id, requester, receiver, entitlement, system, need, text, approvals, created_at, expires_at)
       select id, person, person, 'e-' || system, system, 'bench', 'bench', 1, $2, $3
       from jsonb_to_recordset($1::jsonb) as g(id uuid, person text, system text)`,
      [text, now, until],
    )
    await pool.query(
      `insert into access."grant" (id, person, entitlement, system, kind, level, account, from_at, until, external, applied_at)
       select id, person, 'e-' || system, system, 'application', 'use', 'x', $2, $3, 'x', $2
       from jsonb_to_recordset($1::jsonb) as g(id uuid, person text, system text)`,
      [text, now, until],
    )
    for (const { id, system } of grants) systems.find(([name]) => name === system)?.[1].there.add(id)
    for (const [, system] of systems.slice(0, DOWN)) system.down = true
    const from = performance.now()
    for (const { person } of grants)
      await lock(house.deps, { kind: 'person', target: person, reason: 'bench', by: 'bench', why: 'left' })
    const begun = performance.now()
    const up = (PEOPLE / SYSTEMS) * (SYSTEMS - DOWN)
    const gone = async (): Promise<number> =>
      (
        await pool.query<{ n: number }>(
          `select count(*) as n from access.revocation_step where state = 'verified-gone'`,
        )
      )[0]?.n ?? 0
    while ((await gone()) < up && performance.now() - from < LONGEST_MS) await sleep(50)
    const seconds = (performance.now() - from) / 1000
    const [retried] = await pool.query<{ n: number; tries: number }>(
      `select count(*) as n, coalesce(min(attempts), 0) as tries from access.revocation_step where state = 'failed'`,
    )
    for (const [, system] of systems) system.down = false
    const again = performance.now()
    while ((await gone()) < PEOPLE && performance.now() - again < LONGEST_MS) await sleep(50)
    return table([
      [
        `${PEOPLE} people, ${SYSTEMS} systems, ${DOWN} down`,
        'proven gone',
        's',
        'begun after s',
        'failed and repeated',
        'rest after they are up s',
      ],
      [
        'locked one after the other',
        String(up),
        seconds.toFixed(1),
        ((begun - from) / 1000).toFixed(1),
        String(retried?.n ?? 0),
        ((performance.now() - again) / 1000).toFixed(1),
      ],
    ])
  } finally {
    await house.close()
  }
}
