import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { writtenStream } from '../export/assessment-stream.ts'
import { writeOscal } from '../export/oscal/oscal-results.ts'
import { recordStateExport } from '../export/record-export.ts'
import { StateQuery, stateInput } from '../export/state-query.ts'

/** GET /api/evidence/export/oscal: the state as OSCAL 1.2.1 assessment results, streamed. */
export const exportOscal = defineRoute((http, deps) => {
  http.get(
    '/api/evidence/export/oscal',
    {
      config: { permission: 'export' },
      schema: {
        operationId: 'exportOscal',
        querystring: StateQuery,
        response: { 200: z.looseObject({ 'assessment-results': z.looseObject({}) }), 404: Problem, ...REFUSALS },
      },
    },
    async ({ query, caller }, reply) => {
      const input = stateInput(deps, query)
      const taken = { format: 'oscal', controls: input.controls, of: input.at } as const
      await recordStateExport(deps.database.stage('bf_desk'), caller, deps.clock.now(), taken)
      const stream = writtenStream(
        (sink) => writeOscal(input, sink),
        (error) => reply.log.error(error),
      )
      return reply.type('application/json').send(stream as never)
    },
  )
})
