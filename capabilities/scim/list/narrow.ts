import type { Filter } from '../filter/filter.ts'
import { isId } from '../storage/stored.ts'

/** A condition that the database has an index for; every resource that fulfils the filter fulfils it too. */
export interface Narrowing {
  readonly column: 'id' | 'user_key' | 'display_key' | 'external_id' | 'member'
  readonly value: string
}

const COLUMN: Readonly<Record<string, Narrowing['column']>> = {
  User: 'user_key',
  Group: 'display_key',
}

/** What of a filter an index answers: one equality that holds for all of it. Null: every resource has to be looked at. */
export function narrow(filter: Filter | null, kind: 'User' | 'Group'): Narrowing | null {
  if (filter?.kind === 'and') {
    for (const term of filter.terms) {
      const found = narrow(term, kind)
      if (found !== null) return found
    }
    return null
  }
  if (filter?.kind !== 'compare' || filter.by !== 'eq' || typeof filter.with !== 'string') return null
  const column = columnOf(filter.name.attribute.key, kind)
  return column === null ? null : { column, value: filter.with }
}

function columnOf(key: string, kind: 'User' | 'Group'): Narrowing['column'] | null {
  if (key === 'id') return 'id'
  if (key === 'externalId') return 'external_id'
  if (key === 'members') return 'member'
  const byName = kind === 'User' ? 'userName' : 'displayName'
  return key === byName ? (COLUMN[kind] ?? null) : null
}

/** As a condition of SQL with one parameter, `$1`. */
export function narrowingSql(narrowing: Narrowing | null): { readonly sql: string; readonly value: string | null } {
  if (narrowing === null) return { sql: '$1::text is null', value: null }
  const { column, value } = narrowing
  if (column === 'id' || column === 'member') {
    if (!isId(value)) return { sql: '$1::text is not null and false', value }
    if (column === 'id') return { sql: 'id = $1::uuid', value }
    return { sql: 'id in (select group_id from scim.scim_member where user_id = $1::uuid)', value }
  }
  return { sql: `${column} = $1`, value }
}
