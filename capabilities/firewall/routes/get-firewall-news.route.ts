import * as z from 'zod'
import { Problem } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { FirewallNews } from '../contract.ts'
import { newsFor } from '../hosts/news.ts'
import { hostThatCalls } from './host-caller.ts'

const number = z.coerce.number().int().min(0).default(0)

/** GET /api/hosts/self/firewall: what the calling host is to do with its firewall, as soon as it is newer than what it knows. */
export const getFirewallNews = defineRoute((http, deps) => {
  http.get(
    '/api/hosts/self/firewall',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'getFirewallNews',
        querystring: z.strictObject({ change: number, openings: number }),
        response: { 200: FirewallNews, 204: z.null(), 401: Problem, 409: Problem, 502: Problem },
      },
    },
    async (request, reply) => {
      const host = await hostThatCalls(deps, request)
      const gone = new AbortController()
      reply.raw.once('close', () => gone.abort())
      const news = await newsFor(deps, host, request.query, gone.signal)
      reply.header('cache-control', 'no-store')
      return news === null ? reply.status(204).send(null) : reply.send(news)
    },
  )
})
