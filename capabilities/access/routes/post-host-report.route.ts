import * as z from 'zod'
import { BergfriedError } from '../../../kernel/errors.ts'
import { Problem } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { HostReport } from '../contract-host.ts'
import { deskOf } from '../desk.ts'
import { hostByToken } from '../hosts/host-store.ts'

const MOST_BYTES = 2 * 1024 * 1024

/** POST /api/hosts/self/report: what the calling host did and sees. Its token says who it is. */
export const postHostReport = defineRoute((http, deps) => {
  http.post(
    '/api/hosts/self/report',
    {
      config: { permission: 'public' },
      bodyLimit: MOST_BYTES,
      schema: {
        operationId: 'postHostReport',
        body: HostReport,
        response: { 204: z.null(), 401: Problem, 409: Problem },
      },
    },
    async (request, reply) => {
      const desk = deskOf(deps)
      const host = await hostByToken(deps.database.stage('bf_access'), request.headers.authorization)
      if (host === null) throw new BergfriedError('http.unauthenticated')
      await desk.hosts.reported(host, request.body)
      return reply.status(204).send(null)
    },
  )
})
