import type { Lease, LeaseOrder } from '../../../kernel/act/actor.ts'
import { BergfriedError } from '../../../kernel/errors.ts'

/** Marks roles that were made here; gives no rights. Roles without it are never touched. */
export const MARKER = 'bf_managed'
/** Takes over what leavers owned: cannot sign in, may create where it has to and nothing else. */
export const GRAVEYARD = 'bf_graveyard'
/** The account that acts. */
export const ACTING = 'bergfried_acting'
/**
 * The group role of each level. Rights are given to these alone: a list of rights that grows with every grant ends in
 * tables that take no GRANT any more (SQLSTATE 54000 at the 2,444th role, seen).
 */
export const GROUPS: ReadonlyMap<string, string> = new Map([
  ['read', 'bf_ro'],
  ['write', 'bf_rw'],
  ['ddl', 'bf_ddl'],
])

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const ACCOUNT = /^[a-z0-9_]{1,40}$/

/** Name of the role of a grant. @throws {BergfriedError} `access.not_applied` grant or account have another shape */
export function roleOf({ account, grant }: Pick<LeaseOrder, 'account' | 'grant'>): string {
  if (!UUID.test(grant) || !ACCOUNT.test(account)) {
    throw new BergfriedError('access.not_applied', {
      system: 'PostgreSQL',
      reason: 'the account has other characters than a-z, 0-9 and _, or the grant is no UUID',
      reasonDe: 'das Konto hat andere Zeichen als a-z, 0-9 und _, oder die Vergabe ist keine UUID',
    })
  }
  return `bf_${account}_${grant.slice(0, 8)}`
}

/** Whether a name was made of a grant, with eight digits of it or more. */
export const isNameOf = ({ grant }: Pick<LeaseOrder, 'grant'>, name: string): boolean => {
  const digits = /^bf_.*_([0-9a-f]{8,32})$/.exec(name)?.[1]
  return digits !== undefined && grant.replaceAll('-', '').startsWith(digits)
}

/** What stands in the comment of a role: whose it is, and whether that has ended. */
export const noteOf = (grant: string, ended: boolean): string => `bergfried grant ${grant}${ended ? ' ended' : ''}`

/** OID and name as the actor tells them: the OID finds the role, the name is what its person signs in with. */
export const externalOf = (oid: number, role: string): string => `${oid}/${role}`

/** @returns null: it was never written down */
export function oidOf({ external }: Pick<Lease, 'external'>): number | null {
  const oid = /^([1-9][0-9]{0,9})(?:\/|$)/.exec(external)?.[1]
  return oid === undefined || Number(oid) > 0xff_ff_ff_ff ? null : Number(oid)
}
