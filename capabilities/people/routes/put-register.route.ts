import * as z from 'zod'
import { BergfriedError } from '../../../kernel/errors.ts'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { RegisterImport } from '../contract.ts'
import { takeRegister } from '../register-csv.ts'
import { readRegister, storeRegister } from '../store.ts'

const Sizes = z.strictObject({
  person: z.int(),
  service_account: z.int(),
  account_owner: z.int(),
  entitlement: z.int(),
  enrolled_key: z.int(),
})

/** PUT /api/register: each kind that is given replaces the stored one as a whole; nothing is taken over if a row is wrong. */
export const putRegister = defineRoute((http, { database, systems, clock, changed }) => {
  http.put(
    '/api/register',
    {
      config: { permission: 'register' },
      schema: {
        operationId: 'putRegister',
        body: RegisterImport,
        response: { 200: z.strictObject({ rows: Sizes }), 404: Problem, ...REFUSALS },
      },
    },
    async ({ body }) => {
      const system = systems.find((s) => s.kind === 'register')
      if (system === undefined) throw new BergfriedError('system.unknown', { system: 'register' })
      const collect = database.stage('bf_collect')
      const register = takeRegister(body, await readRegister(collect, system))
      changed(system, await storeRegister(collect, clock, system, register))
      return {
        rows: {
          person: register.person.length,
          service_account: register.service_account.length,
          account_owner: register.account_owner.length,
          entitlement: register.entitlement.length,
          enrolled_key: register.enrolled_key.length,
        },
      }
    },
  )
})
