import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { tellWait } from '../attempts/tell-wait.ts'
import { SMALL_BODY } from '../body-limit.ts'
import { OpenedLink, OpenLink } from '../contract.ts'
import { doorwayOf } from '../doorway.ts'
import { openLink } from '../links/open-link.ts'

/** POST /api/setup/open: what a one-time link is for. It stays good. Public. */
export const openSetupLink = defineRoute((http, deps) => {
  http.post(
    '/api/setup/open',
    {
      config: { permission: 'public' },
      onError: tellWait,
      bodyLimit: SMALL_BODY,
      schema: {
        operationId: 'openSetupLink',
        security: [],
        body: OpenLink,
        response: { 200: OpenedLink, 404: Problem, 429: Problem, ...REFUSALS },
      },
    },
    async (request) => openLink(doorwayOf(deps), request.body.token, request.ip),
  )
})
