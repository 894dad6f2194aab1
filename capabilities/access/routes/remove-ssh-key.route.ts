import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { removeSshKey as remove } from '../people/ssh-keys.ts'
import { personOf } from './caller.ts'

/** DELETE /api/me/ssh-keys/:fingerprint: for good. */
export const removeSshKey = defineRoute((http, deps) => {
  http.delete(
    '/api/me/ssh-keys/:fingerprint',
    {
      config: { permission: 'self' },
      schema: {
        operationId: 'removeSshKey',
        params: z.strictObject({ fingerprint: z.string().max(60) }),
        response: { 204: z.null(), 404: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const person = personOf(request)
      const { fingerprint } = request.params
      const at = deps.clock.now()
      await deps.database.stage('bf_access').transaction((tx) => remove(tx, at, { person, fingerprint, by: person }))
      return reply.status(204).send(null)
    },
  )
})
