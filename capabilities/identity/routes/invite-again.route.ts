import * as z from 'zod'
import { BergfriedError } from '../../../kernel/errors.ts'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { selfOf } from '../account/caller.ts'
import { freshInviting } from '../accounts/changing-of.ts'
import { inviteAgain as invite } from '../accounts/invite.ts'
import { SMALL_BODY } from '../body-limit.ts'
import { Invited } from '../contract-account.ts'
import { doorwayOf } from '../doorway.ts'

/** POST /api/accounts/:id/invitation: a new one-time link in place of the old; whoever had joined starts anew. */
export const inviteAgain = defineRoute((http, deps) => {
  http.post(
    '/api/accounts/:id/invitation',
    {
      config: { permission: 'admin' },
      bodyLimit: SMALL_BODY,
      schema: {
        operationId: 'inviteAgain',
        params: z.strictObject({ id: z.uuid() }),
        response: { 200: Invited, 404: Problem, 409: Problem, ...REFUSALS },
      },
    },
    async (request) => {
      const door = doorwayOf(deps)
      const inviting = await freshInviting(door, request)
      const { id } = request.params
      if (selfOf(request).id === id) throw new BergfriedError('identity.own_account')
      const { until, ...made } = await invite(door.stage, { id }, inviting)
      return { ...made, until: until.toISOString() }
    },
  )
})
