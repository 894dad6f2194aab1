import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { whoCan as find } from '../graph/who-can.ts'

/** GET /api/access/who-can: everybody who can do something on a system, each by a shortest way. */
export const whoCan = defineRoute((http, { database }) => {
  http.get(
    '/api/access/who-can',
    {
      config: { permission: 'people' },
      schema: {
        operationId: 'whoCan',
        querystring: z.strictObject({
          system: z.string().min(1).max(63),
          target: z.string().regex(/^(root|superuser|create-roles|(account|role|read|write):.{1,128})$/u),
        }),
        response: {
          200: z.strictObject({
            paths: z.array(
              z.strictObject({
                start: z.string(),
                steps: z.array(z.strictObject({ from: z.string(), to: z.string(), why: z.string() })),
              }),
            ),
          }),
          404: Problem,
          ...REFUSALS,
        },
      },
    },
    async ({ query }) => {
      const paths = await find(database, query.system, query.target)
      return { paths: paths.map(({ start, steps }) => ({ start, steps: [...steps] })) }
    },
  )
})
