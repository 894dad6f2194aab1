import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { SentenceView } from '../contract.ts'
import { homesOf } from '../policy/homes.ts'
import { sentenceOf } from '../policy/sentence.ts'

/** GET /api/policy/:control: what stands behind one sentence. */
export const getSentence = defineRoute((http, deps) => {
  const homes = homesOf(deps)
  http.get(
    '/api/policy/:control',
    {
      config: { permission: 'read' },
      schema: {
        operationId: 'getSentence',
        params: z.strictObject({ control: z.string().min(1).max(32) }),
        response: { 200: SentenceView, 404: Problem, ...REFUSALS },
      },
    },
    async ({ params }) => sentenceOf(deps, homes, params.control),
  )
})
