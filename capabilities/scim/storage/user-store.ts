import type { Transaction } from '../../../kernel/db/database.ts'
import { type Attributes, type Complex, fold } from '../schema/attribute.ts'
import { userType } from '../schema/resource-type.ts'
import { personOf } from '../settle-user.ts'
import { COLUMNS, isId, type Stored, type StoredRow } from './stored.ts'

/** Somebody with all groups, or null. @param hold - keeps the row from others until the transaction ends */
export async function findUser(tx: Transaction, id: string, hold: 'hold' | 'look' = 'look'): Promise<Stored | null> {
  if (!isId(id)) return null
  const rows = await tx.query<StoredRow>(
    `select ${COLUMNS} from scim.scim_user where id = $1 ${hold === 'hold' ? 'for update' : ''}`,
    [id],
  )
  const [user] = await withGroups(tx, rows)
  return user ?? null
}

/** Rows with the groups of each. */
export async function withGroups(tx: Transaction, rows: readonly StoredRow[]): Promise<readonly Stored[]> {
  const groups = new Map<string, Complex[]>(rows.map((row) => [row.id, []]))
  const found = await tx.query<{ user_id: string; value: string; display: string }>(
    `select m.user_id, g.id as value, g.attributes->>'displayName' as display
     from scim.scim_member m join scim.scim_group g on g.id = m.group_id where m.user_id = any($1::uuid[]) order by g.seq`,
    [rows.map((row) => row.id)],
  )
  for (const { user_id, value, display } of found) groups.get(user_id)?.push({ value, display, type: 'direct' })
  return rows.map((row) => ({ ...row, type: userType, groups: groups.get(row.id) ?? [] }))
}

const columnsOf = (values: Attributes): readonly unknown[] => {
  const userName = String(values['userName'])
  const externalId = typeof values['externalId'] === 'string' ? values['externalId'] : null
  return [
    fold(userName),
    fold(personOf({ userName, externalId })),
    externalId,
    values['active'] === true,
    JSON.stringify(values),
  ]
}

export async function insertUser(tx: Transaction, id: string, values: Attributes, at: Date): Promise<void> {
  await tx.query(
    `insert into scim.scim_user (id, user_key, person_key, external_id, active, attributes, version, created_at, modified_at)
     values ($1, $2, $3, $4, $5, $6, 1, $7, $7)`,
    [id, ...columnsOf(values), at],
  )
}

export async function updateUser(tx: Transaction, id: string, values: Attributes, at: Date): Promise<void> {
  await tx.query(
    `update scim.scim_user set user_key = $2, person_key = $3, external_id = $4, active = $5, attributes = $6,
       version = version + 1, modified_at = $7 where id = $1`,
    [id, ...columnsOf(values), at],
  )
}

/** Removes somebody, out of every group too. */
export async function deleteUser(tx: Transaction, id: string, at: Date): Promise<void> {
  await tx.query(
    `with gone as (delete from scim.scim_member where user_id = $1 returning group_id)
     update scim.scim_group set version = version + 1, modified_at = $2 where id in (select group_id from gone)`,
    [id, at],
  )
  await tx.query('delete from scim.scim_user where id = $1', [id])
}

export async function countUsers(tx: Transaction): Promise<number> {
  const [row] = await tx.query<{ n: number }>('select count(*) as n from scim.scim_user')
  return row?.n ?? 0
}
