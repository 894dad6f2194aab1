import type { FastifyRequest } from 'fastify'
import { LIST_MESSAGE } from '../contract.ts'
import { ScimProblem } from '../protocol/scim-problem.ts'

/**
 * What tells of the server itself is not searched (RFC 7644, section 4): a client must not take a part of it for the whole. Other
 * parameters of queries are passed over.
 *
 * @throws {ScimProblem} 403
 */
export function refuseFilter(request: FastifyRequest): void {
  if ((request.query as Readonly<Record<string, unknown>>)['filter'] !== undefined)
    throw new ScimProblem(403, null, {
      de: 'Hier wird nicht gefiltert: Die Antwort nennt immer alles.',
      en: 'Nothing is filtered here: the answer always names everything.',
    })
}

/** All of a small number of things. */
export const listOf = (resources: readonly object[]): Record<string, unknown> => ({
  schemas: [LIST_MESSAGE],
  totalResults: resources.length,
  startIndex: 1,
  itemsPerPage: resources.length,
  Resources: resources,
})
