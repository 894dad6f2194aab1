import * as z from 'zod'
import { Problem } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { SignedCall } from '../../access/contract.ts'
import { signedCaller } from '../../access/contract-caller.ts'
import { MOST_RULES } from '../contract.ts'
import { answerFirewallCall } from '../signed/calls.ts'

/**
 * POST /api/firewall/signed: a call of the command line about firewalls, by the signature of an enrolled SSH key and nothing else. Rules come
 * beside it; the signed text has their digest.
 */
export const signedFirewallCall = defineRoute((http, deps) => {
  http.post(
    '/api/firewall/signed',
    {
      config: { permission: 'public' },
      bodyLimit: MOST_RULES * 4,
      schema: {
        operationId: 'signedFirewallCall',
        body: SignedCall.extend({ rules: z.string().max(MOST_RULES).nullable().default(null) }),
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
      const { rules, ...signed } = request.body
      const call = await signedCaller(deps, new URL(deps.signIn.url).origin, signed)
      reply.header('cache-control', 'no-store')
      return (await answerFirewallCall(deps, call, rules)) as Record<string, unknown>
    },
  )
})
