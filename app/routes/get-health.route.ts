import * as z from 'zod'
import { defineRoute } from '../../kernel/http/route.ts'

/** GET /health: the process answers and so does its database. Public; says nothing else. */
export const getHealth = defineRoute((http, { database }) => {
  http.get(
    '/health',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'getHealth',
        security: [],
        response: { 200: z.strictObject({ status: z.literal('ok') }) },
      },
    },
    async () => {
      await database.stage('bf_publish').query('select 1')
      return { status: 'ok' as const }
    },
  )
})
