import * as z from 'zod'
import { BergfriedError } from '../../../kernel/errors.ts'
import { Entity } from '../../../kernel/http/entity.ts'
import { Problem } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { send } from '../../../kernel/http/send.ts'
import { logoVersion, readLogo } from '../organisation/organisation-store.ts'

/** Whatever the picture holds: as a page of its own it runs nothing and loads nothing. */
const SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"

/** GET /organisation/logo: the logo, as a picture and nothing else. Public. */
export const getLogo = defineRoute((http, { database }) => {
  http.get(
    '/organisation/logo',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'getLogo',
        security: [],
        produces: ['image/png', 'image/webp', 'image/svg+xml'],
        querystring: z.strictObject({ v: z.string().max(64).optional().describe('Changes with the logo.') }),
        response: { 404: Problem },
      },
    },
    async (request, reply) => {
      const logo = await readLogo(database.stage('bf_publish'))
      if (logo === null) throw new BergfriedError('http.not_found', { what: '/organisation/logo' })
      // Under the address of another logo nobody keeps this one.
      const named = request.query.v === logoVersion(logo)
      const keep = named ? 'public, max-age=31536000, immutable' : 'no-cache'
      return send(request, reply, new Entity(logo.type, logo.bytes), {
        'cache-control': keep,
        'content-security-policy': SANDBOX,
        'content-disposition': 'inline; filename="logo"',
      })
    },
  )
})
