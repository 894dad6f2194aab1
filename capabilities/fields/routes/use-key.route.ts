import * as z from 'zod'
import { BergfriedError } from '../../../kernel/errors.ts'
import { Problem } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { UseKey } from '../contract.ts'
import { deskOf } from '../desk.ts'

/**
 * POST /api/keys/use: carries a holder's question to the keeper and the answer back. Who asks is said by the signature of the holder's
 * key, which the keeper checks, and by nothing else; neither question nor answer can be read here.
 */
export const useKey = defineRoute((http, deps) => {
  http.post(
    '/api/keys/use',
    {
      config: { permission: 'public' },
      bodyLimit: 32 * 1024,
      schema: {
        operationId: 'useKey',
        body: UseKey,
        response: {
          200: z.strictObject({ kek: z.string(), answer: z.string() }),
          400: Problem,
          403: Problem,
          409: Problem,
          502: Problem,
        },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store')
      return deskOf(deps)
        .keeper.use(request.body)
        .catch((error: unknown) => {
          if (!(error instanceof BergfriedError) || error.code !== 'keeper.refused') throw error
          const { kind = 'refused', reason = '-', reasonDe = '-' } = error.detail
          reply.header('x-bergfried-refused', String(kind))
          throw new BergfriedError('keys.refused', { kind, reason, reasonDe }, { cause: error })
        })
    },
  )
})
