import { randomUUID } from 'node:crypto'
import { loadPolicies, permits } from '../../capabilities/identity/authorisation/authoriser.ts'
import { PERMISSIONS } from '../../kernel/http/route.ts'
import { quantile, table } from '../median.ts'

const PEOPLE = 10_000
const ASKED = 20_000

/** One decision, each for another of many people. */
export async function decisions(): Promise<string> {
  loadPolicies()
  const roles = ['owner', 'approver', 'reviewer', 'auditor', 'member']
  const people = Array.from({ length: PEOPLE }, (_, i) => ({
    kind: 'person' as const,
    id: randomUUID(),
    name: `p${i}`,
    roles: [roles[i % roles.length] ?? 'member'],
    session: 's',
    csrf: 'c',
    secondFactor: true,
  }))
  const times: number[] = []
  for (let i = 0; i < ASKED; i++) {
    const person = people[(i * 7919) % PEOPLE]
    const permission = PERMISSIONS[i % PERMISSIONS.length]
    if (person === undefined || permission === undefined) continue
    const from = performance.now()
    permits(person, permission)
    times.push(performance.now() - from)
  }
  return table([
    [`decisions over ${PEOPLE} people (ms)`, 'p50', 'p99'],
    ['Cedar', quantile(times, 0.5).toFixed(3), quantile(times, 0.99).toFixed(3)],
  ])
}
