import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { PersonTable } from '../contract-tables.ts'
import { personTable } from '../tables/people.ts'
import { PersonQuery, whole } from '../tables/queries.ts'

/** GET /api/tables/people: rows of the table, filtered, sorted, from a place on. */
export const listPersonTable = defineRoute((http, deps) => {
  http.get(
    '/api/tables/people',
    {
      config: { permission: 'people' },
      schema: { operationId: 'listPersonTable', querystring: PersonQuery, response: { 200: PersonTable, ...REFUSALS } },
    },
    async ({ query }) => {
      const { total, rows } = await personTable(deps, whole(query, ['status']))
      return { total, rows: [...rows] }
    },
  )
})
