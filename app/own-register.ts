import { ROLES } from '../kernel/db/secrets-file.ts'

export interface OwnRow {
  readonly kind: 'service_account' | 'account_owner'
  readonly row: Readonly<Record<string, unknown>>
}

/**
 * What the register says of our own database: its roles belong to the service `bergfried`. Nobody answers for that
 * service until somebody is registered for it; until then the checks say so.
 */
export function ownRegister(system: string): readonly OwnRow[] {
  return [
    {
      kind: 'service_account',
      row: { service: 'bergfried', purpose: 'Bergfried, this product: its own database', owner: '' },
    },
    ...ROLES.map(
      (account): OwnRow => ({
        kind: 'account_owner',
        row: { targetSystem: system, account, ownerKind: 'service', owner: 'bergfried' },
      }),
    ),
  ]
}
