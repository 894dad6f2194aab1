import * as z from 'zod'
import { BergfriedError } from '../../../kernel/errors.ts'
import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { REGISTER_ROWS } from '../contract.ts'
import { readRegister } from '../store.ts'

const RegisterView = z
  .strictObject({
    person: z.array(REGISTER_ROWS.person),
    service_account: z.array(REGISTER_ROWS.service_account.extend({ owner: z.string() })),
    account_owner: z.array(REGISTER_ROWS.account_owner),
    entitlement: z.array(REGISTER_ROWS.entitlement),
    enrolled_key: z.array(REGISTER_ROWS.enrolled_key),
  })
  .meta({ id: 'Register' })

/** GET /api/register: the register of people as it holds now. Personal data: needs the permission to keep it. */
export const getRegister = defineRoute((http, { database, systems }) => {
  http.get(
    '/api/register',
    {
      config: { permission: 'register' },
      schema: { operationId: 'getRegister', response: { 200: RegisterView, 404: Problem, ...REFUSALS } },
    },
    async () => {
      const system = systems.find((s) => s.kind === 'register')
      if (system === undefined) throw new BergfriedError('system.unknown', { system: 'register' })
      const register = await readRegister(database.stage('bf_collect'), system)
      return {
        person: [...register.person],
        service_account: [...register.service_account],
        account_owner: [...register.account_owner],
        entitlement: [...register.entitlement],
        enrolled_key: [...register.enrolled_key],
      }
    },
  )
})
