import * as z from 'zod'
import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { answerExport } from '../export/answer.ts'
import { PERSON_COLUMNS } from '../export/cells.ts'
import { personTable } from '../tables/people.ts'
import { exportQuery, PersonQuery, whole } from '../tables/queries.ts'

/** GET /api/tables/people/export: the table as a file, streamed; leaves an evidence entry. */
export const exportPersonTable = defineRoute((http, deps) => {
  http.get(
    '/api/tables/people/export',
    {
      config: { permission: 'export' },
      schema: {
        operationId: 'exportPersonTable',
        produces: ['text/csv', 'application/json'],
        querystring: PersonQuery.extend(exportQuery),
        response: { 200: z.string(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { format, lang, ...rest } = request.query
      const question = whole(rest, ['status'])
      const read = async (offset: number, limit: number) =>
        (await personTable(deps, { ...question, offset, limit })).rows
      return answerExport(deps, request, reply as never, {
        name: 'people',
        format,
        lang,
        columns: PERSON_COLUMNS,
        read,
      }) as never
    },
  )
})
