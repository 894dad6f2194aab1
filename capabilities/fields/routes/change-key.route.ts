import * as z from 'zod'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { KeyName } from '../contract.ts'
import { changeKey } from '../keys/keys.ts'
import { personWhoCalls } from './caller.ts'

const HOW = { create: 'created', rotate: 'rotated', disable: 'disabled' } as const

/** POST /api/keys/:name/:how: makes a key, gives it a new version, or switches it off. */
export const changeKeyRoute = defineRoute((http, deps) => {
  http.post(
    '/api/keys/:name/:how',
    {
      config: { permission: 'change' },
      schema: {
        operationId: 'changeKey',
        params: z.strictObject({ name: KeyName, how: z.enum(['create', 'rotate', 'disable']) }),
        response: {
          200: z.strictObject({ version: z.int().nullable() }),
          409: Problem,
          502: Problem,
          ...REFUSALS,
        },
      },
    },
    (request) => changeKey(deps, personWhoCalls(request), request.params.name, HOW[request.params.how]),
  )
})
