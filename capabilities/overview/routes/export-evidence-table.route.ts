import * as z from 'zod'
import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { answerExport } from '../export/answer.ts'
import { EVIDENCE_COLUMNS } from '../export/cells.ts'
import { evidenceBatches } from '../tables/evidence.ts'
import { EvidenceQuery, exportQuery, whole } from '../tables/queries.ts'

/** GET /api/tables/evidence/export: the table as a file, streamed; leaves an evidence entry. */
export const exportEvidenceTable = defineRoute((http, deps) => {
  http.get(
    '/api/tables/evidence/export',
    {
      config: { permission: 'export' },
      schema: {
        operationId: 'exportEvidenceTable',
        produces: ['text/csv', 'application/json'],
        querystring: EvidenceQuery.extend(exportQuery),
        response: { 200: z.string(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { format, lang, ...rest } = request.query
      const question = whole(rest, ['kind', 'from', 'until'])
      return answerExport(deps, request, reply as never, {
        name: 'evidence',
        format,
        lang,
        columns: EVIDENCE_COLUMNS,
        batches: evidenceBatches(deps, question),
      }) as never
    },
  )
})
