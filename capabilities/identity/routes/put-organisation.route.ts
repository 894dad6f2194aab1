import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { LOGO_BODY } from '../body-limit.ts'
import { Organisation } from '../contract.ts'
import { doorwayOf } from '../doorway.ts'
import { checkOrganisation, storeOrganisation } from '../organisation/organisation-store.ts'

/** PUT /api/organisation: name and logo. */
export const putOrganisation = defineRoute((http, deps) => {
  http.put(
    '/api/organisation',
    {
      config: { permission: 'admin' },
      bodyLimit: LOGO_BODY,
      schema: {
        operationId: 'putOrganisation',
        body: Organisation,
        response: { 204: z.null(), 422: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { stage, now } = doorwayOf(deps)
      const organisation = checkOrganisation(request.body)
      await stage.transaction((tx) => storeOrganisation(tx, organisation, request.caller, now))
      return reply.status(204).send(null)
    },
  )
})
