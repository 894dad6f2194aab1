import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { addAttestation as add } from '../attestations.ts'
import { NewAttestation } from '../contract.ts'

/** POST /api/attestations: records that a person vouches, on the strength of a document whose hash is given. */
export const addAttestation = defineRoute((http, { database, clock, policy }) => {
  http.post(
    '/api/attestations',
    {
      config: { permission: 'attest' },
      schema: {
        operationId: 'addAttestation',
        body: NewAttestation,
        response: { 201: z.strictObject({ id: z.int() }), 404: Problem, 422: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const id = await add(database.stage('bf_desk'), request.body, { by: request.caller, now: clock.now(), policy })
      return reply.status(201).send({ id })
    },
  )
})
