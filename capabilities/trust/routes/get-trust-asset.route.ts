import * as z from 'zod'
import { BergfriedError } from '../../../kernel/errors.ts'
import { Problem } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { send } from '../../../kernel/http/send.ts'
import { pagesOf } from '../page/trust-pages.ts'

/** GET /trust/assets/:version/*: style, icon and the scripts of the trust page. Public. */
export const getTrustAsset = defineRoute((http, deps) => {
  const { assets } = pagesOf(deps)
  http.get(
    '/trust/assets/:version/*',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'getTrustAsset',
        security: [],
        produces: ['text/javascript', 'text/css', 'image/svg+xml'],
        params: z.strictObject({
          version: z.string().max(32),
          '*': z.string().max(160).describe('Path in the source, for example verifier/verify-trust.ts.'),
        }),
        response: { 404: Problem },
      },
    },
    async (request, reply) => {
      const { version, '*': path } = request.params
      const entity = assets.find(path)
      if (entity === null) throw new BergfriedError('http.not_found', { what: `/trust/assets/${version}/${path}` })
      // A page from before an update still gets files that fit together, but nobody keeps them under the old address.
      const keep = version === assets.version ? 'public, max-age=31536000, immutable' : 'no-store'
      return send(request, reply, entity, { 'cache-control': keep, 'cross-origin-resource-policy': 'same-origin' })
    },
  )
})
