import * as z from 'zod'
import { BergfriedError } from '../../kernel/errors.ts'
import { Problem, REFUSALS } from '../../kernel/http/problem.ts'
import { defineRoute } from '../../kernel/http/route.ts'

/** POST /api/systems/:name/collections: reads a system out of turn. Answers at once; the result is in the rows. */
export const collectSystemNow = defineRoute((http, deps) => {
  http.post(
    '/api/systems/:name/collections',
    {
      config: { permission: 'collect' },
      schema: {
        operationId: 'collectSystem',
        params: z.strictObject({ name: z.string().min(1).max(63) }),
        response: { 202: z.strictObject({ system: z.string() }), 404: Problem, ...REFUSALS },
      },
    },
    async ({ params }, reply) => {
      const system = deps.systems.find((s) => s.name === params.name)
      if (system === undefined) throw new BergfriedError('system.unknown', { system: params.name })
      deps.collectNow(system)
      return reply.status(202).send({ system: system.name })
    },
  )
})
