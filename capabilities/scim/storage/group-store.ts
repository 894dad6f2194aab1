import type { Transaction } from '../../../kernel/db/database.ts'
import { type Attributes, type Complex, fold, isSeveral } from '../schema/attribute.ts'
import { groupType } from '../schema/resource-type.ts'
import { COLUMNS, isId, type Stored, type StoredRow } from './stored.ts'

/** A group with all members, or null. */
export async function findGroup(tx: Transaction, id: string, hold: 'hold' | 'look' = 'look'): Promise<Stored | null> {
  if (!isId(id)) return null
  const rows = await tx.query<StoredRow>(
    `select ${COLUMNS} from scim.scim_group where id = $1 ${hold === 'hold' ? 'for update' : ''}`,
    [id],
  )
  const [group] = await withMembers(tx, rows, null)
  return group ?? null
}

/**
 * Rows with the members of each.
 *
 * @param only - looks for these people alone; null: all members
 */
export async function withMembers(
  tx: Transaction,
  rows: readonly StoredRow[],
  only: readonly string[] | null,
): Promise<readonly Stored[]> {
  const members = new Map<string, Complex[]>(rows.map((row) => [row.id, []]))
  const found = await tx.query<{ group_id: string; value: string }>(
    `select m.group_id, m.user_id as value from scim.scim_member m
     where m.group_id = any($1::uuid[]) and ($2::text[] is null or m.user_id::text = any($2)) order by m.user_id`,
    [rows.map((row) => row.id), only],
  )
  for (const { group_id, value } of found) members.get(group_id)?.push({ value })
  return rows.map((row) => {
    const own = members.get(row.id) ?? []
    const attributes = own.length === 0 ? row.attributes : { ...row.attributes, members: own }
    return { ...row, attributes, type: groupType, groups: [] }
  })
}

/** Rows without members. */
export const withoutMembers = (rows: readonly StoredRow[]): readonly Stored[] =>
  rows.map((row) => ({ ...row, type: groupType, groups: [] }))

/** Identifiers of the members that values name. */
export const membersOf = ({ members }: Attributes): readonly string[] =>
  isSeveral(members) ? members.map((member) => String(member['value'])) : []

const columnsOf = ({ members: _members, ...values }: Attributes): readonly unknown[] => [
  fold(String(values['displayName'])),
  typeof values['externalId'] === 'string' ? values['externalId'] : null,
  JSON.stringify(values),
]

export async function insertGroup(tx: Transaction, id: string, values: Attributes, at: Date): Promise<void> {
  await tx.query(
    `insert into scim.scim_group (id, display_key, external_id, attributes, version, created_at, modified_at)
     values ($1, $2, $3, $4, 1, $5, $5)`,
    [id, ...columnsOf(values), at],
  )
}

export async function updateGroup(tx: Transaction, id: string, values: Attributes, at: Date): Promise<void> {
  await tx.query(
    `update scim.scim_group set display_key = $2, external_id = $3, attributes = $4, version = version + 1, modified_at = $5
     where id = $1`,
    [id, ...columnsOf(values), at],
  )
}

/** Which of these are people. */
export async function knownUsers(tx: Transaction, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ id: string }>('select id from scim.scim_user where id = any($1::uuid[])', [
    ids.filter(isId),
  ])
  return new Set(rows.map((row) => row.id))
}

export async function addMembers(tx: Transaction, group: string, users: readonly string[]): Promise<void> {
  await tx.query('insert into scim.scim_member (group_id, user_id) select $1, unnest($2::uuid[])', [group, users])
}

export async function removeMembers(tx: Transaction, group: string, users: readonly string[]): Promise<void> {
  await tx.query('delete from scim.scim_member where group_id = $1 and user_id = any($2::uuid[])', [group, users])
}

/** What a person is told with holds the groups: where those change, it is another version. */
export async function touchUsers(tx: Transaction, users: readonly string[]): Promise<void> {
  if (users.length > 0)
    await tx.query('update scim.scim_user set version = version + 1 where id = any($1::uuid[])', [users])
}

export async function deleteGroup(tx: Transaction, id: string): Promise<void> {
  await tx.query('delete from scim.scim_member where group_id = $1', [id])
  await tx.query('delete from scim.scim_group where id = $1', [id])
}

export async function countGroups(tx: Transaction): Promise<number> {
  const [row] = await tx.query<{ n: number }>('select count(*) as n from scim.scim_group')
  return row?.n ?? 0
}
