import * as z from 'zod'
import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { answerExport } from '../export/answer.ts'
import { FINDING_COLUMNS } from '../export/cells.ts'
import { byNumbers } from '../export/stream.ts'
import { findingList, findingRows } from '../tables/findings.ts'
import { exportQuery, FindingQuery, whole } from '../tables/queries.ts'

/** GET /api/tables/findings/export: the table as a file, streamed; leaves an evidence entry. */
export const exportFindingTable = defineRoute((http, deps) => {
  http.get(
    '/api/tables/findings/export',
    {
      config: { permission: 'export' },
      schema: {
        operationId: 'exportFindingTable',
        produces: ['text/csv', 'application/json'],
        querystring: FindingQuery.extend(exportQuery),
        response: { 200: z.string(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { format, lang, ...rest } = request.query
      const question = whole(rest, ['status', 'severity', 'control', 'system', 'check'])
      return answerExport(deps, request, reply as never, {
        name: 'findings',
        format,
        lang,
        columns: FINDING_COLUMNS,
        batches: byNumbers(
          () => findingList(deps, question),
          (numbers) => findingRows(deps, numbers),
        ),
      }) as never
    },
  )
})
