import * as z from 'zod'
import { BergfriedError } from '../../../kernel/errors.ts'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'

/** POST /api/backups/:name/run: begins a backup out of turn. Answers at once. */
export const beginBackup = defineRoute((http, { backups }) => {
  http.post(
    '/api/backups/:name/run',
    {
      config: { permission: 'change' },
      schema: {
        operationId: 'beginBackup',
        params: z.strictObject({ name: z.string().min(1).max(63) }),
        response: { 202: z.strictObject({}), 404: Problem, 409: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      if (backups === null) throw new BergfriedError('backup.unknown', { what: `“${request.params.name}”` })
      backups.backUpNow(request.params.name)
      return reply.status(202).send({})
    },
  )
})
