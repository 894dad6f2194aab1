import * as z from 'zod'
import { defineRoute, type Route } from '../../../kernel/http/route.ts'
import type { TestLog } from '../../../verifier/testing/test-log.ts'

/** A log in memory under /log/, as any server of static files would hand it out. */
export const serveLog = (log: () => TestLog): Route =>
  defineRoute((http) => {
    http.get(
      '/log/*',
      { config: { permission: 'public' }, schema: { params: z.strictObject({ '*': z.string().max(100) }) } },
      async (request, reply) => {
        const bytes = await log().read(request.params['*'])
        if (bytes === null) return reply.status(404).send()
        return reply.type('application/octet-stream').send(Buffer.from(bytes))
      },
    )
  })
