import * as z from 'zod'
import { BergfriedError } from '../../kernel/errors.ts'
import { Problem } from '../../kernel/http/problem.ts'
import { defineRoute } from '../../kernel/http/route.ts'
import { send } from '../../kernel/http/send.ts'

/** GET /console/*: scripts, style and fonts of the console, named by their content and kept for ever. Public. */
export const getConsoleFile = defineRoute((http, deps) => {
  http.get(
    '/console/*',
    {
      config: { permission: 'public' },
      schema: {
        hide: true,
        security: [],
        params: z.strictObject({ '*': z.string().max(200) }),
        response: { 404: Problem },
      },
    },
    async (request, reply) => {
      const path = request.params['*']
      const entity = path === 'index.html' ? null : ((await deps.front())?.find(path) ?? null)
      if (entity === null) throw new BergfriedError('http.not_found', { what: `/console/${path}` })
      return send(request, reply, entity, { 'cache-control': 'public, max-age=31536000, immutable' })
    },
  )
})
