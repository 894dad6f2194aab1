import type { Lease } from '../../../kernel/act/actor.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { ActingClient } from './acting-client.ts'
import { MARKER, oidOf, roleOf } from './names.ts'

export interface FoundRole {
  readonly oid: number
  readonly name: string
  readonly login: boolean
}

/**
 * The role of a lease, by its OID, else by its name: whoever was killed before the OID was written down finds it all the same.
 *
 * @throws {BergfriedError} `access.not_applied` there is one that was not made here
 */
export async function findRole(client: ActingClient, lease: Lease): Promise<FoundRole | null> {
  const [row] = await client.query<{ oid: string; name: string; login: boolean; managed: boolean }>(
    `select r.oid::text, r.rolname as name, r.rolcanlogin as login,
       exists (select from pg_auth_members m join pg_roles g on g.oid = m.roleid where m.member = r.oid and g.rolname = $3) as managed
     from pg_roles r where case when $1::oid is null then r.rolname = $2 else r.oid = $1 end`,
    [oidOf(lease), roleOf(lease), MARKER],
  )
  if (row === undefined) return null
  if (!row.managed) {
    throw new BergfriedError('access.not_applied', {
      system: row.name,
      reason: `role ${row.name} is not marked with ${MARKER}`,
    })
  }
  return { oid: Number(row.oid), name: row.name, login: row.login }
}
