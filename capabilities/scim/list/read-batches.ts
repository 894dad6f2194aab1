import type { StagePool, Transaction } from '../../../kernel/db/database.ts'
import { attributesIn, type Filter } from '../filter/filter.ts'
import { badRequest } from '../protocol/scim-problem.ts'
import type { ResourceType } from '../schema/resource-type.ts'
import { withMembers, withoutMembers } from '../storage/group-store.ts'
import { COLUMNS, type Stored, type StoredRow } from '../storage/stored.ts'
import { withGroups } from '../storage/user-store.ts'
import { narrow, narrowingSql } from './narrow.ts'

const BATCH = 250

/** The table of a kind; nothing of a caller's. */
const tableOf = ({ name }: ResourceType): string => (name === 'User' ? 'scim.scim_user' : 'scim.scim_group')

/** All resources that a filter may hold for, in the order of their creation, with what the filter and the order look at. */
export async function* readBatches(
  pool: StagePool,
  type: ResourceType,
  filter: Filter | null,
  looksAt: ReadonlySet<string>,
): AsyncGenerator<readonly Stored[]> {
  const { sql, value } = narrowingSql(narrow(filter, type.name))
  const members = filter === null ? [] : membersAsked(filter)
  let after = 0
  for (;;) {
    const rows = await pool.query<StoredRow>(
      `select ${COLUMNS} from ${tableOf(type)} where ${sql} and seq > $2 order by seq limit ${BATCH}`,
      [value, after],
    )
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.seq
    if (type.name === 'Group') yield members.length > 0 ? await withMembers(pool, rows, members) : withoutMembers(rows)
    else if (looksAt.has('groups')) yield await withGroups(pool, rows)
    else yield rows.map((row) => ({ ...row, type, groups: [] }))
    if (rows.length < BATCH) return
  }
}

/**
 * The members that a filter asks for. A group can have more of them than one wants to read for every group, so a filter may ask
 * whether somebody is one, and nothing else about members.
 *
 * @throws {ScimProblem} `invalidFilter`
 */
export function membersAsked(filter: Filter): readonly string[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.terms.flatMap(membersAsked)
    case 'not':
      return membersAsked(filter.term)
    case 'value': {
      if (filter.attribute.key !== 'members') return []
      const { filter: inner } = filter
      if (
        inner.kind === 'compare' &&
        inner.by === 'eq' &&
        inner.name.attribute.key === 'value' &&
        typeof inner.with === 'string'
      )
        return [inner.with]
      throw tooMuch()
    }
    case 'present':
    case 'compare': {
      if (!attributesIn(filter).some((attribute) => attribute.key === 'members')) return []
      const byId = filter.kind === 'compare' && filter.by === 'eq' && filter.name.part?.key === 'value'
      if (byId && typeof filter.with === 'string') return [filter.with]
      throw tooMuch()
    }
  }
}

const tooMuch = () => badRequest('invalidFilter', 'Mitglieder nur mit „value eq“', 'members with “value eq” alone')

/** A page in the order of creation, and how many there are. */
export async function readPage(
  tx: Transaction,
  type: ResourceType,
  offset: number,
  count: number,
): Promise<{ readonly rows: readonly StoredRow[]; readonly total: number }> {
  const [row] = await tx.query<{ n: number }>(`select count(*) as n from ${tableOf(type)}`)
  const rows = await tx.query<StoredRow>(`select ${COLUMNS} from ${tableOf(type)} order by seq offset $1 limit $2`, [
    offset,
    count,
  ])
  return { rows, total: row?.n ?? 0 }
}

/** Rows by their identifiers, in the order of these. */
export async function readRows(
  tx: Transaction,
  type: ResourceType,
  ids: readonly string[],
): Promise<readonly StoredRow[]> {
  const rows = await tx.query<StoredRow>(`select ${COLUMNS} from ${tableOf(type)} where id = any($1::uuid[])`, [ids])
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.map((id) => byId.get(id)).filter((row) => row !== undefined)
}

/** Rows cut off where the members of all together become too many for one answer; at least one stays. */
export async function cutByMembers(
  tx: Transaction,
  rows: readonly StoredRow[],
  most: number,
): Promise<readonly StoredRow[]> {
  const counts = await tx.query<{ group_id: string; n: number }>(
    'select group_id, count(*) as n from scim.scim_member where group_id = any($1::uuid[]) group by group_id',
    [rows.map((row) => row.id)],
  )
  const byId = new Map(counts.map(({ group_id, n }) => [group_id, n]))
  let sum = 0
  const end = rows.findIndex((row, index) => {
    sum += byId.get(row.id) ?? 0
    return index > 0 && sum > most
  })
  return end === -1 ? rows : rows.slice(0, end)
}
