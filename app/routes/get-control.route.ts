import * as z from 'zod'
import { STATES } from '../../kernel/check/roll-up.ts'
import { controlVerdicts } from '../../kernel/check/verdicts.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { Problem, REFUSALS } from '../../kernel/http/problem.ts'
import { defineRoute } from '../../kernel/http/route.ts'
import { controlView } from './row-view.ts'
import { atInstant, ControlView, CountsView } from './views.ts'

const History = z.array(
  z.strictObject({
    state: z.enum(STATES),
    counts: CountsView,
    from: z.iso.datetime(),
    until: z.iso.datetime().nullable(),
  }),
)

/** GET /api/controls/:id: one control with the history of its state, newest first. */
export const getControl = defineRoute((http, deps) => {
  http.get(
    '/api/controls/:id',
    {
      config: { permission: 'read' },
      schema: {
        operationId: 'getControl',
        params: z.strictObject({ id: z.string().min(1).max(32) }),
        querystring: z.strictObject({ at: atInstant }),
        response: { 200: z.strictObject({ control: ControlView, history: History }), 404: Problem, ...REFUSALS },
      },
    },
    async ({ params, query }) => {
      const { policy, checks, clock, database } = deps
      const control = policy.controls.find((c) => c.id === params.id)
      if (control === undefined) throw new BergfriedError('control.unknown', { control: params.id })
      const pool = database.stage('bf_publish')
      const at = query.at === undefined ? clock.now() : new Date(query.at)
      const [verdict] = await controlVerdicts(pool, {
        policy: { ...policy, controls: [control] },
        checks,
        systems: null,
        at,
        current: query.at === undefined,
      })
      if (verdict === undefined) throw new BergfriedError('control.unknown', { control: params.id })
      const history = await pool.query<{
        state: (typeof STATES)[number]
        counts: z.infer<typeof CountsView>
        from: Date
        until: Date | null
      }>(
        `select state, counts, valid_from as "from", nullif(valid_to, 'infinity') as until
         from finding.control_state where control = $1 and valid_from <= $2 order by valid_from desc limit 1000`,
        [control.id, at],
      )
      return {
        control: controlView(verdict),
        history: history.map((h) => ({ ...h, from: h.from.toISOString(), until: h.until?.toISOString() ?? null })),
      }
    },
  )
})
