import * as z from 'zod'
import { BergfriedError } from '../../../kernel/errors.ts'
import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { answerExport } from '../export/answer.ts'
import { PERSON_COLUMNS } from '../export/cells.ts'
import { inBatches } from '../export/stream.ts'
import { personTable } from '../tables/people.ts'
import { exportQuery, PersonQuery, whole } from '../tables/queries.ts'

/** GET /api/tables/people/export: the table as a file, streamed; leaves an evidence entry. Needs `people`, too. */
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
      if (!request.may('people')) throw new BergfriedError('http.forbidden', { permission: 'people' })
      const { format, lang, ...rest } = request.query
      const question = whole(rest, ['status'])
      return answerExport(deps, request, reply as never, {
        name: 'people',
        format,
        lang,
        columns: PERSON_COLUMNS,
        batches: inBatches(
          async () => (await personTable(deps, { ...question, offset: 0, limit: Number.MAX_SAFE_INTEGER })).rows,
        ),
      }) as never
    },
  )
})
