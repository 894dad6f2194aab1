import * as z from 'zod'
import { defineRoute } from '../../kernel/http/route.ts'

/** GET /openapi.json: the OpenAPI 3.1 document of this server, made from its routes. Public. */
export const getOpenapi = defineRoute((http) => {
  http.get(
    '/openapi.json',
    {
      config: { permission: 'public' },
      schema: { operationId: 'getOpenapi', security: [], response: { 200: z.looseObject({ openapi: z.string() }) } },
    },
    async () => http.swagger() as { openapi: string },
  )
})
