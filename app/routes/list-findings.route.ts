import * as z from 'zod'
import { REFUSALS } from '../../kernel/http/problem.ts'
import { defineRoute } from '../../kernel/http/route.ts'
import { findings } from '../findings.ts'
import { BothLanguages, page } from './views.ts'

const FindingView = z
  .strictObject({
    id: z.int(),
    check: z.string(),
    system: z.string(),
    resource: z.string(),
    status: z.enum(['alarm', 'error', 'stale']),
    reason: z.string(),
    text: BothLanguages,
    openedAt: z.iso.datetime().describe('Since when it has been without a break.'),
    changedAt: z.iso.datetime().describe('When reason or values last changed.'),
    closedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Finding' })

/** GET /api/findings: what is (or was) wrong, with times of opening, change and closing; newest change first. */
export const listFindings = defineRoute((http, deps) => {
  http.get(
    '/api/findings',
    {
      config: { permission: 'read' },
      schema: {
        operationId: 'listFindings',
        querystring: z.strictObject({ state: z.enum(['open', 'closed', 'all']).default('open'), ...page }),
        response: { 200: z.strictObject({ findings: z.array(FindingView), next: z.int().nullable() }), ...REFUSALS },
      },
    },
    async ({ query }) => findings(deps, query),
  )
})
