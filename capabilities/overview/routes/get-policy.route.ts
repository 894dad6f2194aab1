import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { PolicyHome } from '../contract.ts'
import { homesOf } from '../policy/homes.ts'

/** GET /api/policy: the whole document with its live margins. */
export const getPolicy = defineRoute((http, deps) => {
  const homes = homesOf(deps)
  http.get(
    '/api/policy',
    {
      config: { permission: 'policy' },
      schema: { operationId: 'getPolicy', response: { 200: PolicyHome, ...REFUSALS } },
    },
    async (request) => {
      const home = await homes.current()
      // Whoever may read the policy alone is told how it stands, and not on which machine.
      return request.may('read') ? home : { ...home, controls: home.controls.map((c) => ({ ...c, worst: null })) }
    },
  )
})
