import type { Lease } from '../../../kernel/act/actor.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { ActingClient } from './connect.ts'
import { isNameOf, MARKER, noteOf, oidOf, roleOf } from './names.ts'

/** A role that was made here. */
export interface FoundRole {
  readonly oid: number
  readonly name: string
  /** It was taken away before: its password is nobody's any more. */
  readonly ended: boolean
}

interface Row {
  readonly oid: string
  readonly name: string
  readonly managed: boolean
  readonly note: string | null
}

const COLUMNS = `r.oid::text, r.rolname as name, shobj_description(r.oid, 'pg_authid') as note,
  exists (select from pg_auth_members m join pg_roles g on g.oid = m.roleid where m.member = r.oid and g.rolname = $2) as managed`

/**
 * The role of a lease, by its OID, else by its name: whoever was killed before the OID was written down finds it all
 * the same.
 *
 * @throws {BergfriedError} `access.not_applied` there is one that was not made here, or for another grant
 */
export async function findRole(client: ActingClient, lease: Lease): Promise<FoundRole | null> {
  const oid = oidOf(lease)
  const rows =
    oid === null
      ? await client.query<Row>(`select ${COLUMNS} from pg_roles r where starts_with(r.rolname, $1)`, [
          roleOf(lease),
          MARKER,
        ])
      : await client.query<Row>(`select ${COLUMNS} from pg_roles r where r.oid = $1`, [oid, MARKER])
  const row = rows.find(({ name }) => oid !== null || isNameOf(lease, name))
  if (row === undefined) return null
  const ended = row.note === noteOf(lease.grant, true)
  const ours = ended || row.note === noteOf(lease.grant, false) || isNameOf(lease, row.name)
  if (!row.managed || !ours) throw notOurs(row.name)
  return { oid: Number(row.oid), name: row.name, ended }
}

export const notOurs = (name: string) =>
  new BergfriedError('access.not_applied', {
    system: 'PostgreSQL',
    reason: `role ${name} was not made for this grant, or lacks ${MARKER}`,
    reasonDe: `die Rolle ${name} wurde nicht für diese Vergabe gemacht, oder ihr fehlt ${MARKER}`,
  })
