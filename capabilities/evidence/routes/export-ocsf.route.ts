import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { writtenStream } from '../export/assessment-stream.ts'
import { writeOcsf } from '../export/ocsf/write-ocsf.ts'
import { recordStateExport } from '../export/record-export.ts'
import { StateQuery, stateInput } from '../export/state-query.ts'

/** GET /api/evidence/export/ocsf: every row of the checks as an OCSF Compliance Finding, one per line, streamed. */
export const exportOcsf = defineRoute((http, deps) => {
  http.get(
    '/api/evidence/export/ocsf',
    {
      config: { permission: 'export' },
      schema: {
        operationId: 'exportOcsf',
        querystring: StateQuery,
        produces: ['application/x-ndjson'],
        response: { 200: z.string().describe('JSON lines.'), 404: Problem, ...REFUSALS },
      },
    },
    async ({ query, caller }, reply) => {
      const input = stateInput(deps, query)
      const taken = { format: 'ocsf', controls: input.controls, of: input.at } as const
      await recordStateExport(deps.database.stage('bf_desk'), caller, deps.clock.now(), taken)
      const stream = writtenStream(
        (sink) => writeOcsf(input, sink),
        (error) => reply.log.error(error),
      )
      return reply.type('application/x-ndjson').send(stream as never)
    },
  )
})
