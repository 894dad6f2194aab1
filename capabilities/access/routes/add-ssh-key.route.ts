import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { NewSshKey } from '../contract.ts'
import { addSshKey as add } from '../people/ssh-keys.ts'
import { BODY, personOf } from './caller.ts'

/** POST /api/me/ssh-keys: an own key, to sign in with and to sign calls. */
export const addSshKey = defineRoute((http, deps) => {
  http.post(
    '/api/me/ssh-keys',
    {
      config: { permission: 'self' },
      bodyLimit: BODY,
      schema: {
        operationId: 'addSshKey',
        body: NewSshKey,
        response: { 201: z.strictObject({ fingerprint: z.string() }), 409: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const person = personOf(request)
      const { line, label } = request.body
      const at = deps.clock.now()
      const fingerprint = await deps.database
        .stage('bf_access')
        .transaction((tx) => add(tx, at, { person, line, label, by: person }))
      return reply.status(201).send({ fingerprint })
    },
  )
})
