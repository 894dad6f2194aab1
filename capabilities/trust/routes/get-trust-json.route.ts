import { defineRoute } from '../../../kernel/http/route.ts'
import { send } from '../../../kernel/http/send.ts'
import { pagesOf } from '../page/trust-pages.ts'

/** GET /trust.json: the same for programs, with the sealed statements and their proofs. Public, for every host. */
export const getTrustJson = defineRoute((http, deps) => {
  const pages = pagesOf(deps)
  http.get(
    '/trust.json',
    {
      config: { permission: 'public' },
      schema: { operationId: 'getTrustJson', security: [], produces: ['application/json'] },
    },
    async (request, reply) => {
      const { json } = await pages.current()
      return send(request, reply, json, { 'cache-control': 'public, max-age=5', 'access-control-allow-origin': '*' })
    },
  )
})
