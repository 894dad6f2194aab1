import type { FactKind } from '../../../facts/kinds.ts'
import type { Database } from '../../../kernel/db/database.ts'
import { columnsOf } from '../../../kernel/db/fact-tables.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { edgesOf } from './edges.ts'
import type { AccessFactKind, AccessFacts } from './facts.ts'
import { type Path, pathsTo } from './paths.ts'

const OF_REGISTER: readonly AccessFactKind[] = ['person', 'account_owner', 'service_account', 'enrolled_key']
const OF_SYSTEM: readonly AccessFactKind[] = [
  'host_user',
  'host_group',
  'host_sudo_rule',
  'ssh_authorized_key',
  'pg_role',
  'pg_grant',
  'pg_owned',
]

/**
 * Who can do something on a system, and by which way, from what was last read of it.
 *
 * @param target - `root`, `superuser`, `create-roles`, `account:NAME`, `role:NAME`, `read:DATABASE`, `write:DATABASE`
 * @throws {BergfriedError} `access.unknown` no such system, or nothing was ever read of it
 */
export async function whoCan(database: Database, system: string, target: string): Promise<readonly Path[]> {
  const pool = database.stage('bf_collect')
  const [known] = await pool.query<{ id: number }>(
    'select id from desk.system where name = $1 and removed_at is null',
    [system],
  )
  if (known === undefined) throw new BergfriedError('access.unknown', { what: `system “${system}”` })
  const read = async (kind: FactKind, systemId: number | null) => {
    const columns = columnsOf(kind).map((c) => `${c.column} as "${c.field}"`)
    return pool.query(
      `select ${columns.join(', ')} from fact.${kind} where valid_to = 'infinity' and ($1::bigint is null or system_id = $1)`,
      [systemId],
    )
  }
  const rows = await Promise.all([
    ...OF_REGISTER.map(async (kind) => [kind, await read(kind, null)] as const),
    ...OF_SYSTEM.map(async (kind) => [kind, await read(kind, known.id)] as const),
  ])
  const facts = Object.fromEntries(rows) as unknown as AccessFacts
  if (facts.host_user.length + facts.pg_role.length === 0) {
    throw new BergfriedError('access.unknown', { what: `reading of “${system}”` })
  }
  return pathsTo(target, edgesOf(system, facts)).map((path) => ({ ...path, start: named(path.start, facts) }))
}

/** With the name that people know. */
function named(start: string, { person }: AccessFacts): string {
  const known = person.find((p) => `person:${p.person}` === start)
  return known === undefined
    ? start
    : `${start} (${known.displayName}${known.status === 'active' ? '' : `, ${known.status}`})`
}
