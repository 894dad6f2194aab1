import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { HostToken, NewHost } from '../contract.ts'
import { deskOf } from '../desk.ts'
import { enrolHost as enrol } from '../hosts/host-store.ts'
import { BODY, personOf } from './caller.ts'

/** POST /api/access/hosts: what a host needs to be enrolled; the token is shown once. */
export const enrolHost = defineRoute((http, deps) => {
  http.post(
    '/api/access/hosts',
    {
      config: { permission: 'admin' },
      bodyLimit: BODY,
      schema: {
        operationId: 'enrolHost',
        body: NewHost,
        response: { 201: HostToken, 404: Problem, 409: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const desk = deskOf(deps)
      const { name } = request.body
      const at = deps.clock.now()
      const by = personOf(request)
      const { authority, orders } = await desk.keeper.status()
      const token = await deps.database.stage('bf_access').transaction((tx) => enrol(tx, at, name, by))
      return reply.status(201).send({ name, token, authority, orders })
    },
  )
})
