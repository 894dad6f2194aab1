import * as z from 'zod'
import { MOST_RESULTS, SEARCH_MESSAGE, USUAL_RESULTS } from '../contract.ts'
import type { Filter } from '../filter/filter.ts'
import { parseFilter } from '../filter/parse-filter.ts'
import { badRequest } from '../protocol/scim-problem.ts'
import { isObject, membersByName } from '../resource/members-by-name.ts'
import { type Projection, projection } from '../resource/projection.ts'
import { requireSchema } from '../resource/read-resource.ts'
import { type AttributeName, resolveName } from '../schema/resolve-name.ts'
import type { ResourceType } from '../schema/resource-type.ts'

const short = z.string().max(4000)

/** Which attributes are told. What else a caller sends is passed over: Entra adds flags of its own. */
export const ProjectionQuery = z.looseObject({
  attributes: short.optional(),
  excludedAttributes: short.optional(),
})

export const ListQuery = ProjectionQuery.extend({
  filter: z.string().max(8000).optional(),
  sortBy: z.string().max(300).optional(),
  sortOrder: z.string().max(20).optional(),
  startIndex: z.string().max(20).optional(),
  count: z.string().max(20).optional(),
})

export interface Listing {
  readonly filter: Filter | null
  readonly sortBy: AttributeName | null
  readonly descending: boolean
  /** From 1. */
  readonly startIndex: number
  /** From 0; 0 asks for the number alone. */
  readonly count: number
  readonly projection: Projection
}

/** What a query asks for (RFC 7644, section 3.4.2). @throws {ScimProblem} `invalidFilter`, `invalidValue`, `invalidPath` */
export function readListing(type: ResourceType, query: z.infer<typeof ListQuery>): Listing {
  const { filter, sortBy, sortOrder = 'ascending' } = query
  const order = sortOrder.toLowerCase()
  if (order !== 'ascending' && order !== 'descending')
    throw badRequest(
      'invalidValue',
      '„sortOrder“ ist ascending oder descending',
      '“sortOrder” is ascending or descending',
    )
  return {
    filter: filter === undefined ? null : parseFilter(type, filter),
    sortBy: sortBy === undefined ? null : sortName(type, sortBy),
    descending: order === 'descending',
    startIndex: Math.max(1, whole('startIndex', query.startIndex, 1)),
    count: Math.min(MOST_RESULTS, Math.max(0, whole('count', query.count, USUAL_RESULTS))),
    projection: projection(type, query.attributes ?? null, query.excludedAttributes ?? null),
  }
}

/** The body of a `.search` (RFC 7644, section 3.4.3) as a query. @throws {ScimProblem} `invalidSyntax`, `invalidValue` */
export function searchQuery(body: unknown): z.infer<typeof ListQuery> {
  if (!isObject(body)) throw badRequest('invalidSyntax', 'ein Objekt erwartet', 'an object expected')
  const given = membersByName(body)
  requireSchema(given.get('schemas'), SEARCH_MESSAGE)
  const names = Object.keys(ListQuery.shape)
  const query = names.flatMap((name) => {
    const value = given.get(name.toLowerCase())
    if (value === undefined || value === null) return []
    return [[name, Array.isArray(value) ? value.join(',') : typeof value === 'number' ? String(value) : value]]
  })
  const read = ListQuery.safeParse(Object.fromEntries(query))
  if (read.success) return read.data
  const where = String(read.error.issues[0]?.path[0] ?? '')
  throw badRequest('invalidValue', `„${where}“ passt nicht`, `“${where}” does not fit`)
}

function whole(name: string, text: string | undefined, usual: number): number {
  if (text === undefined) return usual
  if (!/^[+-]?\d{1,15}$/.test(text.trim()))
    throw badRequest('invalidValue', `„${name}“ ist keine ganze Zahl`, `“${name}” is no whole number`)
  return Number(text)
}

function sortName(type: ResourceType, sortBy: string): AttributeName {
  const name = resolveName(type, sortBy)
  const simple = name === null ? null : (name.part ?? name.attribute.parts.get('value') ?? name.attribute)
  if (name === null || simple === null || simple.type === 'complex' || name.attribute.key === 'members')
    throw badRequest('invalidPath', 'danach lässt sich nicht ordnen', 'cannot be sorted by this')
  return name.part === null && simple !== name.attribute ? { ...name, part: simple } : name
}
