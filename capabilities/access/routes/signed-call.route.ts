import * as z from 'zod'
import { Problem } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { SignedCall } from '../contract.ts'
import { answerCall } from '../signed/calls.ts'
import { readCall } from '../signed/read-call.ts'
import { BODY } from './caller.ts'

/** POST /api/signed: a call of the command line. Who calls is said by the signature of an enrolled SSH key, and by nothing else. */
export const signedCall = defineRoute((http, deps) => {
  http.post(
    '/api/signed',
    {
      config: { permission: 'public' },
      bodyLimit: BODY,
      schema: {
        operationId: 'signedCall',
        body: SignedCall,
        response: {
          200: z.looseObject({}),
          400: Problem,
          401: Problem,
          403: Problem,
          404: Problem,
          409: Problem,
          502: Problem,
        },
      },
    },
    async (request, reply) => {
      const call = await readCall(deps, new URL(deps.signIn.url).origin, request.body)
      reply.header('cache-control', 'no-store')
      return (await answerCall(deps, call)) as Record<string, unknown>
    },
  )
})
