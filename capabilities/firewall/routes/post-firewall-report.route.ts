import * as z from 'zod'
import { Problem } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { FirewallReport } from '../contract.ts'
import { deskOf } from '../desk.ts'
import { reported } from '../hosts/report.ts'
import { hostThatCalls } from './host-caller.ts'

const MOST_BYTES = 32 * 1024 * 1024

/** POST /api/hosts/self/firewall: what the calling host did with its firewall and sees of it. Its token says who it is. */
export const postFirewallReport = defineRoute((http, deps) => {
  http.post(
    '/api/hosts/self/firewall',
    {
      config: { permission: 'public' },
      bodyLimit: MOST_BYTES,
      schema: {
        operationId: 'postFirewallReport',
        body: FirewallReport,
        response: { 204: z.null(), 400: Problem, 401: Problem, 409: Problem },
      },
    },
    async (request, reply) => {
      deskOf(deps)
      await reported(deps, await hostThatCalls(deps, request), request.body)
      return reply.status(204).send(null)
    },
  )
})
