import type { FastifyReply, FastifyRequest } from 'fastify'
import * as z from 'zod'
import { languageFor } from '../../../kernel/http/language.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { send } from '../../../kernel/http/send.ts'
import type { Lang } from '../../../verifier/result.ts'
import { PAGE_POLICY } from '../page/page-policy.ts'
import { pagesOf } from '../page/trust-pages.ts'

/** Parameters that others hang on to addresses are no reason to refuse a public page. */
const query = z.looseObject({ lang: z.enum(['de', 'en']).optional().catch(undefined) })

/** GET /trust, /trust/de, /trust/en: the policy with its sealed state, as a page for people. Public. */
export const getTrust = defineRoute((http, deps) => {
  const pages = pagesOf(deps)
  const answer = async (request: FastifyRequest, reply: FastifyReply, lang: Lang, vary: boolean) => {
    const { html } = await pages.current()
    const headers = { ...PAGE_POLICY, 'cache-control': 'public, max-age=5', 'content-language': lang }
    return send(request, reply, html[lang], vary ? { ...headers, vary: 'accept-language' } : headers)
  }
  const schema = { security: [], produces: ['text/html'] }
  http.get(
    '/trust',
    { config: { permission: 'public' }, schema: { ...schema, operationId: 'getTrust', querystring: query } },
    (request, reply) =>
      answer(request, reply, request.query.lang ?? languageFor(request.headers['accept-language']), true),
  )
  for (const lang of ['de', 'en'] as const) {
    const operationId = lang === 'de' ? 'getTrustInGerman' : 'getTrustInEnglish'
    http.get(
      `/trust/${lang}`,
      { config: { permission: 'public' }, schema: { ...schema, operationId } },
      (request, reply) => answer(request, reply, lang, false),
    )
  }
})
