import type { FastifyReply, FastifyRequest } from 'fastify'
import { defineRoute } from '../../../kernel/http/route.ts'
import { send } from '../../../kernel/http/send.ts'
import { pagesOf } from '../page/trust-pages.ts'

/** GET /trust/de.atom, /trust/en.atom: sealed changes of the public states (Atom, RFC 4287). Public. */
export const getTrustFeed = defineRoute((http, deps) => {
  const pages = pagesOf(deps)
  for (const lang of ['de', 'en'] as const) {
    http.get(
      `/trust/${lang}.atom`,
      {
        config: { permission: 'public' },
        schema: {
          operationId: lang === 'de' ? 'getTrustFeedInGerman' : 'getTrustFeedInEnglish',
          security: [],
          produces: ['application/atom+xml'],
        },
      },
      async (request: FastifyRequest, reply: FastifyReply) => {
        const { [lang]: feed } = await pages.feed()
        return send(request, reply, feed, { 'cache-control': 'public, max-age=60', 'content-language': lang })
      },
    )
  }
})
