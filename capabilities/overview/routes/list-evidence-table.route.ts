import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { EvidenceTable } from '../contract-tables.ts'
import { evidenceTable } from '../tables/evidence.ts'
import { EvidenceQuery, whole } from '../tables/queries.ts'

/** GET /api/tables/evidence: rows of the table, filtered, sorted, from a place on. */
export const listEvidenceTable = defineRoute((http, deps) => {
  http.get(
    '/api/tables/evidence',
    {
      config: { permission: 'read' },
      schema: {
        operationId: 'listEvidenceTable',
        querystring: EvidenceQuery,
        response: { 200: EvidenceTable, ...REFUSALS },
      },
    },
    async ({ query }) => {
      const { total, rows } = await evidenceTable(deps, whole(query, ['kind', 'from', 'until']))
      return { total, rows: [...rows] }
    },
  )
})
