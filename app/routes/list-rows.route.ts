import * as z from 'zod'
import { ROW_STATUSES } from '../../kernel/check/check.ts'
import { verdictRows } from '../../kernel/check/row-query.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { Problem, REFUSALS } from '../../kernel/http/problem.ts'
import { defineRoute } from '../../kernel/http/route.ts'
import { rowView } from './row-view.ts'
import { atInstant, page, RowView } from './views.ts'

/** GET /api/rows: rows of checks, fine ones too, filtered by check, system and status; paged by id. */
export const listRows = defineRoute((http, deps) => {
  http.get(
    '/api/rows',
    {
      config: { permission: 'read' },
      schema: {
        operationId: 'listRows',
        querystring: z.strictObject({
          check: z.string().max(200).optional(),
          system: z.string().max(63).optional(),
          status: z.enum(ROW_STATUSES).optional(),
          at: atInstant,
          ...page,
        }),
        response: {
          200: z.strictObject({ rows: z.array(RowView), next: z.int().nullable() }),
          404: Problem,
          ...REFUSALS,
        },
      },
    },
    async ({ query }) => {
      const { checks, clock, database, systems } = deps
      const wanted = query.check === undefined ? [...checks.values()] : [checks.get(query.check)]
      const system = query.system === undefined ? undefined : systems.find((s) => s.name === query.system)
      if (query.system !== undefined && system === undefined)
        throw new BergfriedError('system.unknown', { system: query.system })
      const known = wanted.filter((c) => c !== undefined)
      if (known.length < wanted.length) throw new BergfriedError('check.unknown', { check: query.check ?? '' })
      const rows = await verdictRows(database.stage('bf_publish'), {
        checks: known,
        systems: system === undefined ? null : [system.id],
        statuses: query.status === undefined ? null : [query.status],
        at: query.at === undefined ? clock.now() : new Date(query.at),
        current: query.at === undefined,
        limit: query.limit,
        after: query.after,
      })
      const shown = rows.flatMap((row) => {
        const check = checks.get(row.check)
        return check === undefined ? [] : [rowView(check, row)]
      })
      return { rows: shown, next: rows.length < query.limit ? null : (rows.at(-1)?.id ?? null) }
    },
  )
})
