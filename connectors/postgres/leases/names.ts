import type { Lease, LeaseOrder } from '../../../kernel/act/actor.ts'

/** Marks roles that were made here; without rights. Roles without it are never touched. */
export const MARKER = 'bf_managed'
/** Takes over what leavers owned; may not sign in, and has no rights. */
export const GRAVEYARD = 'bf_graveyard'
/** Group role of each level: rights are given to groups, never to a role of a grant, for lists of rights that grow make tables unusable. */
export const GROUPS: Readonly<Record<string, string>> = { read: 'bf_ro', write: 'bf_rw', ddl: 'bf_ddl' }

/** The role of a grant: never the name of another. */
export const roleOf = ({ account, grant }: Pick<LeaseOrder, 'account' | 'grant'>): string =>
  `bf_${account.slice(0, 40)}_${grant.replaceAll('-', '').slice(0, 12)}`

/** OID and name as the actor tells them; the OID stays when somebody renames the role. */
export const externalOf = (oid: number, role: string): string => `${oid}/${role}`
export const oidOf = ({ external }: Pick<Lease, 'external'>): number | null => {
  const [oid] = external.split('/')
  return oid === undefined || !/^[0-9]{1,10}$/.test(oid) ? null : Number(oid)
}
