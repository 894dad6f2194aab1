import type { RegisterImport } from '../capabilities/people/contract.ts'
import { DATABASES, HOSTS, PEOPLE, SERVICES } from './company.ts'
import { dayStart, isoDay } from './facts-of.ts'
import { fingerprintOf } from './machines/host-accounts.ts'
import { noiseBetween } from './noise.ts'

/** Days of the story on which people come and go. */
const JOINS: Readonly<Record<string, number>> = { 'development-12': -40 }
const LEAVES: Readonly<Record<string, number>> = { 'sales-4': -15, 'product-2': -4 }

/** Last day of an entitlement that was forgotten for a while, and the day on which it was given again. */
const FORGOTTEN = { account: 'platform-4', until: -28, again: -24 } as const

/** Who approves: somebody who answers for none of the accounts. */
const APPROVER = 'security-1'

/**
 * The register of people as the company kept it on a day.
 *
 * @param made - when the demo was made
 */
export function registerAt(at: Date, made: Date): RegisterImport {
  const has = (day: number) => dayStart(made, day) <= at
  const date = (day: number) => isoDay(dayStart(made, day))
  const people = PEOPLE.filter((p) => has(JOINS[p.id] ?? -10_000))
  const accounts = [
    ...new Set([
      ...HOSTS.flatMap((h) => [...h.admins, ...h.users]),
      ...DATABASES.flatMap((d) => d.readers),
      'development-4',
    ]),
  ]
  const admins = [...new Set(HOSTS.flatMap((h) => h.admins))]
  return {
    person: people.map((p) => {
      const leaves = LEAVES[p.id]
      const left = leaves !== undefined && has(leaves)
      return {
        person: p.id,
        displayName: p.name,
        email: p.email,
        status: left ? ('left' as const) : ('active' as const),
        startsOn: date(JOINS[p.id] ?? -noiseBetween(200, 2500, 'joined', p.id)),
        endsOn: left ? date(leaves) : null,
      }
    }),
    service_account: SERVICES.map((s) => ({ ...s })),
    account_owner: [
      ...accounts.map((account) => ({
        targetSystem: '*',
        account,
        ownerKind: 'person' as const,
        owner: account,
      })),
      ...SERVICES.map(({ service }) => ({
        targetSystem: '*',
        account: service,
        ownerKind: 'service' as const,
        owner: service,
      })),
    ],
    entitlement: [
      ...admins.flatMap((account) =>
        (['os', 'firewall'] as const).map((privilege) =>
          entitlement(account, privilege, 'runs the servers', untilOf(account, has, date)),
        ),
      ),
      entitlement('postgres', 'database', 'maintenance of the database servers', null),
      entitlement('backup', 'database', 'copies the databases every night', null),
    ],
    enrolled_key: accounts.map((owner) => ({ owner, fingerprint: fingerprintOf(owner), until: null })),
  }
}

function untilOf(account: string, has: (day: number) => boolean, date: (day: number) => string): string {
  if (account !== FORGOTTEN.account) return date(noiseBetween(120, 300, 'entitled', account))
  return has(FORGOTTEN.again) ? date(340) : date(FORGOTTEN.until)
}

const entitlement = (
  account: string,
  privilege: 'os' | 'firewall' | 'database',
  need: string,
  until: string | null,
) => ({ targetSystem: '*', account, privilege, need, approvedBy: APPROVER, until })
