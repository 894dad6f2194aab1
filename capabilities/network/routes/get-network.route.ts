import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { NetworkView } from '../contract.ts'
import { readNetwork } from '../read-network.ts'

/** GET /api/network: segments, who alone may reach them, and whether that is proved. */
export const getNetwork = defineRoute((http, deps) => {
  http.get(
    '/api/network',
    {
      config: { permission: 'read' },
      schema: { operationId: 'getNetwork', response: { 200: NetworkView, ...REFUSALS } },
    },
    async () => readNetwork(deps),
  )
})
