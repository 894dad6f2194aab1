import type { LeaseOrder } from '../../../kernel/act/actor.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { ActingClient } from './connect.ts'
import { findRole, notOurs } from './find-role.ts'
import { externalOf, GROUPS, MARKER, noteOf, roleOf } from './names.ts'
import { momentLiteral, quoted, verifierLiteral } from './statements.ts'

/** Sessions at once: a person with a client or two, not a pool. */
const MOST_CONNECTIONS = 10
const UNDEFINED_OBJECT = '42704'

/**
 * Makes the role of a grant, or puts it right where it is there: sign-in with the verifier until the end, one group,
 * the marker. In one transaction.
 *
 * @throws {BergfriedError} `access.credential` no verifier, or a level that is none; `access.not_applied` the name is
 * somebody else's, the grant has ended here before, or nobody prepared the cluster
 */
export async function give(client: ActingClient, system: string, order: LeaseOrder): Promise<string> {
  const role = roleOf(order)
  const group = GROUPS.get(order.level)
  if (group === undefined) throw new BergfriedError('access.credential', { what: [...GROUPS.keys()].join(', ') })
  const verifier = verifierLiteral(order.credential)
  const until = momentLiteral(order.until, system)
  const name = quoted(role)
  try {
    await client.query('begin')
    const known = await findRole(client, { ...order, external: '' })
    // Somebody who was slow to make what was ended meanwhile.
    if (known?.ended === true) throw ended(system)
    if (known !== null && known.name !== role) throw notOurs(known.name)
    if (known === null) await make(client, name, order.grant, false)
    await client.query(
      `alter role ${name} login connection limit ${MOST_CONNECTIONS} valid until ${until} password ${verifier}`,
    )
    const others = [...GROUPS.values()].filter((other) => other !== group)
    const held = await client.query<{ name: string }>(
      `select distinct g.rolname as name from pg_auth_members m join pg_roles g on g.oid = m.roleid
       join pg_roles r on r.oid = m.member where r.rolname = $1 and g.rolname = any($2)`,
      [role, others],
    )
    for (const other of held) await client.query(`revoke ${quoted(other.name)} from ${name}`)
    await client.query(`grant ${quoted(group)} to ${name}${onlyInherited(client.version)}`)
    const [row] = await client.query<{ oid: string }>('select oid::text from pg_roles where rolname = $1', [role])
    await client.query('commit')
    return externalOf(Number(row?.oid), role)
  } catch (error) {
    if ((error as { code?: string }).code === UNDEFINED_OBJECT) throw notPrepared(system)
    throw error
  }
}

/** A role with the marker and a note, that cannot sign in. */
export async function make(client: ActingClient, name: string, grant: string, isEnded: boolean): Promise<void> {
  await client.query(`create role ${name} nologin connection limit 0`)
  await client.query(`grant ${quoted(MARKER)} to ${name}${markerOptions(client.version)}`)
  // The shape of a grant was checked where its role was named.
  await client.query(`comment on role ${name} is '${noteOf(grant, isEnded)}'`)
}

/** From 16 on, a member can be kept from becoming the group (SET ROLE), and with that from owning things in its name. */
const onlyInherited = (version: number): string => (version < 160_000 ? '' : ' with inherit true, set false')
const markerOptions = (version: number): string => (version < 160_000 ? '' : ' with inherit false, set false')

const ended = (system: string) =>
  new BergfriedError('access.not_applied', {
    system,
    reason: 'this grant has ended here',
    reasonDe: 'diese Vergabe ist hier schon beendet',
  })

const notPrepared = (system: string) =>
  new BergfriedError('access.not_applied', {
    system,
    reason: 'the cluster is not prepared (`bergfried postgres prepare`)',
    reasonDe: 'der Cluster ist nicht vorbereitet (`bergfried postgres prepare`)',
  })
