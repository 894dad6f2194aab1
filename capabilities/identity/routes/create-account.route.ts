import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { freshInviting } from '../accounts/changing-of.ts'
import { createAccount as create } from '../accounts/invite.ts'
import { SMALL_BODY } from '../body-limit.ts'
import { NewAccount } from '../contract.ts'
import { Invited } from '../contract-account.ts'
import { doorwayOf } from '../doorway.ts'

/** POST /api/accounts: makes an account and its one-time link, which is told once. */
export const createAccount = defineRoute((http, deps) => {
  http.post(
    '/api/accounts',
    {
      config: { permission: 'admin' },
      bodyLimit: SMALL_BODY,
      schema: {
        operationId: 'createAccount',
        body: NewAccount,
        response: { 201: Invited, 409: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const door = doorwayOf(deps)
      const inviting = await freshInviting(door, request)
      const wanted = { ...request.body, language: door.signIn.language }
      const { until, ...made } = await create(door.stage, wanted, inviting)
      return reply.status(201).send({ ...made, until: until.toISOString() })
    },
  )
})
