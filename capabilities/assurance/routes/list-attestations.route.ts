import * as z from 'zod'
import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { listAttestations as list } from '../attestations.ts'
import { AttestationView } from '../contract.ts'

/** GET /api/attestations: what people vouched for, newest first, expired ones too. */
export const listAttestations = defineRoute((http, { database }) => {
  http.get(
    '/api/attestations',
    {
      config: { permission: 'read' },
      schema: {
        operationId: 'listAttestations',
        response: { 200: z.strictObject({ attestations: z.array(AttestationView) }), ...REFUSALS },
      },
    },
    async () => ({ attestations: [...(await list(database.stage('bf_publish')))] }),
  )
})
