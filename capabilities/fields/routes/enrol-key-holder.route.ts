import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { EnrolHolder } from '../contract.ts'
import { enrolHolder } from '../keys/keys.ts'
import { personWhoCalls } from './caller.ts'

/** POST /api/key-holders: takes in the public key of a service, with the proof that it has the private one. */
export const enrolKeyHolder = defineRoute((http, deps) => {
  http.post(
    '/api/key-holders',
    {
      config: { permission: 'change' },
      schema: {
        operationId: 'enrolKeyHolder',
        body: EnrolHolder,
        response: { 201: z.strictObject({}), 409: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      await enrolHolder(deps, personWhoCalls(request), request.body)
      return reply.status(201).send({})
    },
  )
})
