import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { BackupsView } from '../contract.ts'
import { readBackups } from '../read-backups.ts'

/** GET /api/backups: what is backed up, how old the newest is, what the last restore came to. */
export const listBackups = defineRoute((http, deps) => {
  http.get(
    '/api/backups',
    {
      config: { permission: 'read' },
      schema: { operationId: 'listBackups', response: { 200: BackupsView, ...REFUSALS } },
    },
    async () => ({ backups: [...(await readBackups(deps))] }),
  )
})
