import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { FindingTable } from '../contract-tables.ts'
import { findingTable } from '../tables/findings.ts'
import { FindingQuery, whole } from '../tables/queries.ts'

/** GET /api/tables/findings: rows of the table, filtered, sorted, from a place on. */
export const listFindingTable = defineRoute((http, deps) => {
  http.get(
    '/api/tables/findings',
    {
      config: { permission: 'read' },
      schema: {
        operationId: 'listFindingTable',
        querystring: FindingQuery,
        response: { 200: FindingTable, ...REFUSALS },
      },
    },
    async ({ query }) => {
      const { total, rows } = await findingTable(
        deps,
        whole(query, ['status', 'severity', 'control', 'system', 'check']),
      )
      return { total, rows: [...rows] }
    },
  )
})
