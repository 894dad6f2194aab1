import * as z from 'zod'
import { REFUSALS } from '../../kernel/http/problem.ts'
import { defineRoute } from '../../kernel/http/route.ts'

const SystemView = z
  .strictObject({
    name: z.string(),
    kind: z.enum(['host', 'postgres', 'endpoint', 'register', 'product']),
    kinds: z.array(
      z.strictObject({
        kind: z.string(),
        lastOkAt: z.iso.datetime().nullable(),
        lastTryAt: z.iso.datetime(),
        failure: z.string().nullable().describe('Error code; null: the last try succeeded.'),
      }),
    ),
  })
  .meta({ id: 'System' })

/** GET /api/systems: the systems that are watched, with the newest heartbeat of every kind of fact. */
export const listSystems = defineRoute((http, { database }) => {
  http.get(
    '/api/systems',
    {
      config: { permission: 'read' },
      schema: {
        operationId: 'listSystems',
        response: { 200: z.strictObject({ systems: z.array(SystemView) }), ...REFUSALS },
      },
    },
    async () => ({
      systems: [
        ...(await database.stage('bf_publish').query<z.infer<typeof SystemView>>(
          `select s.name, s.kind, coalesce(jsonb_agg(jsonb_build_object('kind', p.kind,
               'lastOkAt', to_char(p.last_ok_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
               'lastTryAt', to_char(p.last_try_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
               'failure', p.failure ->> 'code') order by p.kind) filter (where p.kind is not null), '[]') as kinds
           from desk.system s left join collect.pulse p on p.system_id = s.id
           where s.removed_at is null group by s.id order by s.name`,
        )),
      ],
    }),
  )
})
