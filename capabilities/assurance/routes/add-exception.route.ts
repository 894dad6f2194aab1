import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { NewException } from '../contract.ts'
import { addException as add } from '../exceptions.ts'

/** POST /api/exceptions: accepts a deviation for a time. The caller is recorded, never a field of the body. */
export const addException = defineRoute((http, { database, clock, checks, systems }) => {
  http.post(
    '/api/exceptions',
    {
      config: { permission: 'except' },
      schema: {
        operationId: 'addException',
        body: NewException,
        response: { 201: z.strictObject({ id: z.int() }), 404: Problem, 422: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const known = { checks: new Set(checks.keys()), systems: new Set(systems.map((s) => s.name)) }
      const context = { by: request.caller, now: clock.now(), known }
      return reply.status(201).send({ id: await add(database.stage('bf_desk'), request.body, context) })
    },
  )
})
