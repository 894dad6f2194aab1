import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { reviewReport } from '../review/report.ts'

/** GET /api/firewall/reviews/:id/report: the review as one HTML page, laid out for A4: a browser prints it as PDF. */
export const getFirewallReport = defineRoute((http, deps) => {
  http.get(
    '/api/firewall/reviews/:id/report',
    {
      config: { permission: 'read' },
      schema: {
        operationId: 'getFirewallReport',
        params: z.strictObject({ id: z.uuid() }),
        querystring: z.strictObject({ lang: z.enum(['de', 'en']).default('de') }),
        response: { 200: z.string(), 404: Problem, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const html = await reviewReport(deps, request.params.id, request.query.lang)
      return reply
        .header('content-type', 'text/html; charset=utf-8')
        .header('content-disposition', `attachment; filename="review-${request.params.id}.html"`)
        .send(html)
    },
  )
})
