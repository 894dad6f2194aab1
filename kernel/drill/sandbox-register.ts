import type { RegisterRows } from './drill.ts'
import { fingerprintOf } from './openssh-key.ts'

/** The public key with which ada logs in on the sandbox host. Nobody holds its private half. */
export const ADA_PUBLIC_KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICneqPqIRgE+z+W1Q/DIgmK4tnW9bgZTyT81T54eVj24 ada@laptop'

/**
 * The register that matches the sandbox host and the sandbox PostgreSQL while both are good: ada is person p-1 with
 * every entitlement, approved by p-2; the service accounts have an owner.
 */
export function goodRegister(): RegisterRows {
  const person = (id: string) => ({
    person: id,
    displayName: `Person ${id.slice(2)}`,
    email: null,
    status: 'active',
    startsOn: '2025-01-01',
    endsOn: null,
  })
  const services = {
    backup: 'nightly backup',
    postgres: 'administration of the database server',
    reporting: 'nightly reports',
    shop: 'the shop application',
  }
  const entitlement = (account: string, privilege: string, need: string) => ({
    targetSystem: '*',
    account,
    privilege,
    need,
    approvedBy: 'p-2',
    until: null,
  })
  return {
    person: [person('p-1'), person('p-2')],
    service_account: Object.entries(services).map(([service, purpose]) => ({ service, purpose, owner: 'p-1' })),
    account_owner: [
      { targetSystem: '*', account: 'ada', ownerKind: 'person', owner: 'p-1' },
      ...Object.keys(services).map((s) => ({ targetSystem: '*', account: s, ownerKind: 'service', owner: s })),
    ],
    entitlement: [
      ...['os', 'firewall', 'keys', 'network'].map((p) => entitlement('ada', p, 'runs the servers')),
      entitlement('postgres', 'database', 'maintenance of the database server'),
    ],
    enrolled_key: [{ owner: 'p-1', fingerprint: fingerprintOf(ADA_PUBLIC_KEY), until: null }],
  }
}
