import * as z from 'zod'
import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { GrantView } from '../contract.ts'
import { readGrants } from '../views.ts'

/** GET /api/access/people/:person: grants of somebody, with the receipts of their revocations. By login or mail address. */
export const getPersonAccess = defineRoute((http, { database }) => {
  http.get(
    '/api/access/people/:person',
    {
      config: { permission: 'people' },
      schema: {
        operationId: 'getPersonAccess',
        params: z.strictObject({ person: z.string().max(200) }),
        response: { 200: z.strictObject({ grants: z.array(GrantView) }), ...REFUSALS },
      },
    },
    async ({ params }) => ({
      grants: await readGrants(database.stage('bf_access'), {
        person: params.person.toLowerCase(),
        which: 'all',
        limit: 200,
      }),
    }),
  )
})
