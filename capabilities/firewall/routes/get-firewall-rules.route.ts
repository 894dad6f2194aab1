import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { currentRules } from '../change/current-rules.ts'
import { deskOf, poolOf } from '../desk.ts'

/** GET /api/firewall/hosts/:host/rules: the rules in force, as text. */
export const getFirewallRules = defineRoute((http, deps) => {
  http.get(
    '/api/firewall/hosts/:host/rules',
    {
      config: { permission: 'read' },
      schema: {
        operationId: 'getFirewallRules',
        params: z.strictObject({ host: z.string().max(100) }),
        response: {
          200: z.strictObject({ host: z.string(), digest: z.string(), text: z.string(), seenAt: z.iso.datetime() }),
          404: Problem,
          409: Problem,
          ...REFUSALS,
        },
      },
    },
    async (request) => {
      deskOf(deps)
      const { host } = request.params
      const { digest, text, seenAt } = await currentRules(poolOf(deps), host)
      return { host, digest, text, seenAt: seenAt.toISOString() }
    },
  )
})
