import type { StagePool } from '../../../kernel/db/database.ts'
import { LIST_MESSAGE, MOST_MEMBERS_TOLD } from '../contract.ts'
import { attributesIn } from '../filter/filter.ts'
import { matches, valuesOf } from '../filter/matches.ts'
import { resourceJson } from '../resource/projection.ts'
import { toldValues } from '../resource/told-values.ts'
import { type Attributes, fold, isSeveral, type Simple } from '../schema/attribute.ts'
import type { ResourceType } from '../schema/resource-type.ts'
import { withMembers, withoutMembers } from '../storage/group-store.ts'
import type { Stored, StoredRow } from '../storage/stored.ts'
import { withGroups } from '../storage/user-store.ts'
import type { Listing } from './list-query.ts'
import { cutByMembers, readBatches, readPage, readRows } from './read-batches.ts'

/** The answer to a query (RFC 7644, section 3.4.2): a page, and how many there are in all. */
export async function listResources(
  pool: StagePool,
  type: ResourceType,
  base: string,
  listing: Listing,
): Promise<Record<string, unknown>> {
  const { rows, total } = await find(pool, type, base, listing)
  const resources = (await complete(pool, type, rows, listing)).map((stored) =>
    resourceJson(type, toldValues(stored, base), listing.projection),
  )
  return {
    schemas: [LIST_MESSAGE],
    totalResults: total,
    startIndex: listing.startIndex,
    itemsPerPage: resources.length,
    Resources: resources,
  }
}

async function find(
  pool: StagePool,
  type: ResourceType,
  base: string,
  listing: Listing,
): Promise<{ readonly rows: readonly StoredRow[]; readonly total: number }> {
  const { filter, sortBy, startIndex, count } = listing
  const offset = startIndex - 1
  if (filter === null && sortBy === null) return readPage(pool, type, offset, count)
  const looksAt = new Set([
    ...(filter === null ? [] : attributesIn(filter).map((attribute) => attribute.key)),
    ...(sortBy === null ? [] : [sortBy.attribute.key]),
  ])
  const hits: { readonly id: string; readonly key: string }[] = []
  for await (const batch of readBatches(pool, type, filter, looksAt)) {
    for (const stored of batch) {
      const values = toldValues(stored, base)
      if (filter !== null && !matches(filter, values)) continue
      hits.push({ id: stored.id, key: sortBy === null ? '' : sortKey(listing, values) })
    }
  }
  if (sortBy !== null) order(hits, listing.descending)
  const ids = hits.slice(offset, offset + count).map((hit) => hit.id)
  return { rows: await readRows(pool, type, ids), total: hits.length }
}

/**
 * What a resource is ordered by (RFC 7644, section 3.4.2.3): of several values the preferred one, or else the first. Whoever has none
 * comes last, or first in descending order.
 */
function sortKey({ sortBy }: Listing, values: Attributes): string {
  if (sortBy === null) return ''
  const all = values[sortBy.attribute.key]
  const preferred = isSeveral(all) ? (all.find((one) => one['primary'] === true) ?? all[0]) : undefined
  const from = preferred === undefined ? values : { ...values, [sortBy.attribute.key]: preferred }
  const [value] = valuesOf(sortBy, from)
  if (value === undefined) return '\uffff'
  return (sortBy.part ?? sortBy.attribute).caseExact ? String(value) : fold(String(value satisfies Simple))
}

/** By key, among equals in the order of creation. */
function order(hits: { readonly key: string }[], descending: boolean): void {
  const sign = descending ? -1 : 1
  hits.sort((a, b) => (a.key === b.key ? 0 : a.key < b.key ? -sign : sign))
}

/** Rows with what is told beside them, and nothing that is not told. */
async function complete(
  pool: StagePool,
  type: ResourceType,
  rows: readonly StoredRow[],
  { projection }: Listing,
): Promise<readonly Stored[]> {
  const related = type.attributes.get('')?.get(type.name === 'User' ? 'groups' : 'members')
  const told = related !== undefined && projection.has(related)
  if (type.name === 'User') return told ? withGroups(pool, rows) : rows.map((row) => ({ ...row, type, groups: [] }))
  if (!told) return withoutMembers(rows)
  return withMembers(pool, await cutByMembers(pool, rows, MOST_MEMBERS_TOLD), null)
}
