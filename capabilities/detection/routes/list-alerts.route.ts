import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { alertsView } from '../alerts.ts'
import { AlertsView } from '../contract.ts'

/** GET /api/alerts: attacks that were seen, and what was decided about them. */
export const listAlerts = defineRoute((http, deps) => {
  http.get(
    '/api/alerts',
    {
      config: { permission: 'read' },
      schema: { operationId: 'listAlerts', response: { 200: AlertsView, ...REFUSALS } },
    },
    async () => alertsView(deps),
  )
})
