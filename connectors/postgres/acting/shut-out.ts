import type { ActingClient } from './connect.ts'
import type { FoundRole } from './find-role.ts'
import { MARKER, noteOf } from './names.ts'
import { quoted } from './statements.ts'

/** The superuser that a cluster begins with; what a role's maker may do with it counts as granted by that one. */
const BOOTSTRAP = 10

/**
 * Attributes that a role of ours never has, as columns of pg_roles. Named only where they are on: whoever lacks one
 * may not even switch it off.
 */
const ATTRIBUTES = ['super', 'createrole', 'createdb', 'replication', 'bypassrls'] as const
const WORDS: Readonly<Record<(typeof ATTRIBUTES)[number], string>> = {
  super: 'nosuperuser',
  createrole: 'nocreaterole',
  createdb: 'nocreatedb',
  replication: 'noreplication',
  bypassrls: 'nobypassrls',
}

/** SQL: attributes of the role `r` that one of ours never has, as a list of their names. */
export const ATTRIBUTES_ON = `array_remove(array[${ATTRIBUTES.map((a) => `case when r.${a === 'super' ? 'rolsuper' : `rol${a}`} then '${a}' end`).join(', ')}], null)`

/** So long the row of the role may be locked by somebody before that one is ended. */
const HELD_MS = 200
/** For the rest, where others who act at the same moment are waited for. */
const LOCK_MS = 3000
const MOST_ATTEMPTS = 20
/** lock_not_available, deadlock_detected, serialization_failure, and `tuple concurrently updated`, which has no code. */
const HELD: ReadonlySet<string> = new Set(['55P03', '40P01', '40001', 'XX000'])

/**
 * {@link shutOut}, against somebody who is in the way: a role may change its own password, and until that transaction
 * ends – or for ever, where it was prepared – nobody else can change the role.
 *
 * @param clear - ends its sessions and rolls back what it prepared
 */
export async function shutOutByForce(
  client: ActingClient,
  role: FoundRole,
  grant: string,
  problems: unknown[],
  clear: () => Promise<void>,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await shutOut(client, role, grant, problems)
    } catch (error) {
      if (attempt === MOST_ATTEMPTS || !HELD.has((error as { code?: string }).code ?? '')) throw error
      await client.query('rollback')
      await clear()
    }
  }
}

/**
 * In one transaction: no sign-in, no password, no membership, and nobody a member. What others gave and cannot be
 * taken from here is left and put into `problems`: it must not keep the rest from being taken.
 */
async function shutOut(client: ActingClient, role: FoundRole, grant: string, problems: unknown[]): Promise<void> {
  const name = quoted(role.name)
  await client.query('begin')
  await client.query(`set local lock_timeout to ${HELD_MS}`)
  await client.query(`alter role ${name} nologin connection limit 0 valid until '-infinity' password null`)
  await client.query(`set local lock_timeout to ${LOCK_MS}`)
  await client.query(`comment on role ${name} is '${noteOf(grant, true)}'`)
  const [on] = await client.query<{ attributes: readonly (keyof typeof WORDS)[] }>(
    `select ${ATTRIBUTES_ON} as attributes from pg_roles r where oid = $1`,
    [role.oid],
  )
  for (const attribute of on?.attributes ?? []) {
    await tried(client, problems, () => client.query(`alter role ${name} ${WORDS[attribute]}`))
  }
  for (const { group, member, grantor } of await memberships(client, role)) {
    // Up to 15 there is one membership of a kind, whoever gave it, and nobody but superusers may name the giver.
    const by = client.version < 160_000 ? '' : ` granted by ${quoted(grantor)}`
    await tried(client, problems, () => client.query(`revoke ${quoted(group)} from ${quoted(member)}${by} cascade`))
  }
  await client.query('commit')
}

interface Membership {
  readonly group: string
  readonly member: string
  readonly grantor: string
}

/** What the role is a member of, but for the marker; and who is a member of it, but for its maker's right to end it. */
const memberships = (client: ActingClient, role: FoundRole): Promise<readonly Membership[]> =>
  client.query<Membership>(
    `select g.rolname as "group", m.rolname as member, coalesce(b.rolname, current_user) as grantor
     from pg_auth_members a join pg_roles g on g.oid = a.roleid join pg_roles m on m.oid = a.member
       left join pg_roles b on b.oid = a.grantor
     where (a.member = $1 and g.rolname <> $2)
       or (a.roleid = $1 and not m.rolsuper and not (m.rolname = current_user and a.grantor = ${BOOTSTRAP}))
     order by 1, 2, 3`,
    [role.oid, MARKER],
  )

/** Does something within a transaction; where it fails, the transaction goes on without it. */
export async function tried(client: ActingClient, problems: unknown[], work: () => Promise<unknown>): Promise<void> {
  await client.query('savepoint tried')
  try {
    await work()
    await client.query('release savepoint tried')
  } catch (error) {
    await client.query('rollback to savepoint tried')
    problems.push(error)
  }
}
