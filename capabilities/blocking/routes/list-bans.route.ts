import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { BansView } from '../contract.ts'
import { readBans } from '../read-bans.ts'

/** GET /api/bans: who is kept out, whether the kernel does it, who was spared. */
export const listBans = defineRoute((http, deps) => {
  http.get(
    '/api/bans',
    { config: { permission: 'read' }, schema: { operationId: 'listBans', response: { 200: BansView, ...REFUSALS } } },
    async () => readBans(deps),
  )
})
