import * as z from 'zod'
import { Problem } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { SignedCall } from '../../access/contract.ts'
import { signedCaller } from '../../access/contract-caller.ts'
import { answerKeysCall } from '../signed/calls.ts'

/** POST /api/keys/signed: a call of the command line about keys, by the signature of an enrolled SSH key and nothing else. */
export const signedKeysCall = defineRoute((http, deps) => {
  http.post(
    '/api/keys/signed',
    {
      config: { permission: 'public' },
      bodyLimit: 64 * 1024,
      schema: {
        operationId: 'signedKeysCall',
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
      const call = await signedCaller(deps, new URL(deps.signIn.url).origin, request.body)
      reply.header('cache-control', 'no-store')
      return (await answerKeysCall(deps, call)) as Record<string, unknown>
    },
  )
})
