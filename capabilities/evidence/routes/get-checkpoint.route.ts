import { BergfriedError } from '../../../kernel/errors.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { logAnswers, PUBLIC_LOG, running } from './log-answers.ts'

/** GET /log/checkpoint: the published head of the log (C2SP tlog-tiles). Public. */
export const getCheckpoint = defineRoute((http, { evidence }) => {
  http.get(
    '/log/checkpoint',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'getCheckpoint',
        security: [],
        produces: ['text/plain'],
        response: logAnswers('A signed note with the cosignatures of witnesses.'),
      },
    },
    async (_request, reply) => {
      const note = await running(evidence).read('checkpoint')
      if (note === null) throw new BergfriedError('http.not_found', { what: '/log/checkpoint' })
      return reply
        .headers({ ...PUBLIC_LOG, 'cache-control': 'public, max-age=2' })
        .type('text/plain; charset=utf-8')
        .send(Buffer.from(note))
    },
  )
})
