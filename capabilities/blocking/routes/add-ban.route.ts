import * as z from 'zod'
import { BergfriedError } from '../../../kernel/errors.ts'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { NewBan } from '../contract.ts'
import { banByHand } from '../work/by-hand.ts'

/** POST /api/bans: keeps somebody out by hand. */
export const addBan = defineRoute((http, { database, clock, blocking, live }) => {
  http.post(
    '/api/bans',
    {
      config: { permission: 'respond' },
      schema: {
        operationId: 'addBan',
        body: NewBan,
        response: { 201: z.strictObject({ network: z.string() }), 409: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      if (blocking === null) throw new BergfriedError('blocking.off')
      const by = request.caller
      const network = await banByHand(database.stage('bf_detect'), blocking.config, blocking.never(), clock.now(), {
        ...request.body,
        by,
      })
      await blocking.wake()
      live.tell({ type: 'bans', at: clock.now() })
      return reply.status(201).send({ network })
    },
  )
})
