import type { RegisterKind } from '../capabilities/people/contract.ts'

/** What the kinds of the register are called on the command line. */
export const KIND_OPTIONS: Record<RegisterKind, string> = {
  person: 'people',
  service_account: 'services',
  account_owner: 'accounts',
  entitlement: 'entitlements',
  enrolled_key: 'keys',
}
