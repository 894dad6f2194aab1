import * as z from 'zod'
import { BergfriedError } from '../../../kernel/errors.ts'
import { Problem } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { HostOrdersView } from '../contract-host.ts'
import { deskOf } from '../desk.ts'
import { hostByToken } from '../hosts/host-store.ts'

/** GET /api/hosts/self/orders: what the calling host goes by, as soon as it is newer than what it has. Its token says who it is. */
export const getHostOrders = defineRoute((http, deps) => {
  http.get(
    '/api/hosts/self/orders',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'getHostOrders',
        querystring: z.strictObject({ after: z.coerce.number().int().min(0).default(0) }),
        response: { 200: HostOrdersView, 204: z.null(), 401: Problem, 409: Problem, 502: Problem },
      },
    },
    async (request, reply) => {
      const desk = deskOf(deps)
      const host = await hostByToken(deps.database.stage('bf_access'), request.headers.authorization)
      if (host === null) throw new BergfriedError('http.unauthenticated')
      const gone = new AbortController()
      reply.raw.once('close', () => gone.abort())
      const orders = await desk.hosts.orders(host, request.query.after, gone.signal)
      reply.header('cache-control', 'no-store')
      return orders === null ? reply.status(204).send(null) : reply.send(orders as HostOrdersView)
    },
  )
})
