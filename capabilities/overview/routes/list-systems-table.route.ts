import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { SystemTable } from '../contract-tables.ts'
import { SystemQuery, whole } from '../tables/queries.ts'
import { systemTable } from '../tables/systems.ts'

/** GET /api/tables/systems: rows of the table, filtered, sorted, from a place on. */
export const listSystemTable = defineRoute((http, deps) => {
  http.get(
    '/api/tables/systems',
    {
      config: { permission: 'read' },
      schema: { operationId: 'listSystemTable', querystring: SystemQuery, response: { 200: SystemTable, ...REFUSALS } },
    },
    async ({ query }) => {
      const { total, rows } = await systemTable(deps, whole(query, ['kind', 'state']))
      return { total, rows: [...rows] }
    },
  )
})
