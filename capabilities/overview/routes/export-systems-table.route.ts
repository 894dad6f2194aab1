import * as z from 'zod'
import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { answerExport } from '../export/answer.ts'
import { SYSTEM_COLUMNS } from '../export/cells.ts'
import { inBatches } from '../export/stream.ts'
import { exportQuery, SystemQuery, whole } from '../tables/queries.ts'
import { systemTable } from '../tables/systems.ts'

/** GET /api/tables/systems/export: the table as a file, streamed; leaves an evidence entry. */
export const exportSystemTable = defineRoute((http, deps) => {
  http.get(
    '/api/tables/systems/export',
    {
      config: { permission: 'export' },
      schema: {
        operationId: 'exportSystemTable',
        produces: ['text/csv', 'application/json'],
        querystring: SystemQuery.extend(exportQuery),
        response: { 200: z.string(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { format, lang, ...rest } = request.query
      const question = whole(rest, ['kind', 'state'])
      return answerExport(deps, request, reply as never, {
        name: 'systems',
        format,
        lang,
        columns: SYSTEM_COLUMNS,
        batches: inBatches(
          async () => (await systemTable(deps, { ...question, offset: 0, limit: Number.MAX_SAFE_INTEGER })).rows,
        ),
      }) as never
    },
  )
})
