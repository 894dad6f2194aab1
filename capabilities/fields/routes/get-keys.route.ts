import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { passkeysOf } from '../../identity/contract-people.ts'
import { KeysView } from '../contract.ts'
import { readKeysView } from '../keys/views.ts'

/** GET /api/keys: keys with state, age and use, orders and grants, holders. */
export const getKeys = defineRoute((http, deps) => {
  http.get(
    '/api/keys',
    {
      config: { permission: 'read' },
      schema: { operationId: 'getKeys', response: { 200: KeysView, ...REFUSALS } },
    },
    async ({ principal }) => {
      const person = principal?.kind === 'person' ? principal.name : null
      const passkeys = person === null ? [] : await passkeysOf(deps.database, person)
      const credentials = {
        rpId: new URL(deps.signIn.url).hostname,
        ids: passkeys.map(({ credentialId }) => credentialId),
      }
      return { ...(await readKeysView(deps, person)), credentials }
    },
  )
})
