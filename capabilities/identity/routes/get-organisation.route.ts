import { REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { OrganisationView } from '../contract.ts'
import { doorwayOf } from '../doorway.ts'
import { nobodySetUp } from '../links/link-store.ts'
import { readOrganisation } from '../organisation/organisation-store.ts'
import { relyingPartyOf } from '../passkey/relying-party.ts'

/** GET /api/organisation: what the sign-in page and the trust page show of this house. Public. */
export const getOrganisation = defineRoute((http, deps) => {
  http.get(
    '/api/organisation',
    {
      config: { permission: 'public' },
      schema: {
        operationId: 'getOrganisation',
        security: [],
        response: { 200: OrganisationView, ...REFUSALS },
      },
    },
    async () => {
      const { stage, signIn } = doorwayOf(deps)
      return {
        ...(await readOrganisation(deps.database.stage('bf_publish'))),
        language: signIn.language,
        demo: deps.demo,
        setup: await nobodySetUp(stage),
        passkeys: relyingPartyOf(signIn.url) !== null,
        providers: signIn.providers.map(({ id, name }) => ({ id, name })),
      }
    },
  )
})
