import type { FastifyReply, FastifyRequest } from 'fastify'
import { languageFor } from '../../../kernel/http/language.ts'
import { PROBLEM_TYPE } from '../../../kernel/http/problem.ts'
import type { Http, RouteDeps } from '../../../kernel/http/route.ts'
import { BODY_LIMIT, SCIM_ROOT, SCIM_TYPE } from '../contract.ts'
import { fromProblem, scimError, TOO_LARGE } from '../protocol/scim-error.ts'
import { ScimProblem } from '../protocol/scim-problem.ts'
import { readJson } from '../resource/read-json.ts'

/** Address of the SCIM server, as clients reach it. */
export const baseOf = ({ signIn }: RouteDeps): string => `${signIn.url}${SCIM_ROOT}`

/** Adds routes that speak SCIM: its media type, bounded bodies, errors as SCIM words them. Nobody else's routes change by it. */
export function scimScope(http: Http, deps: RouteDeps, add: (scope: Http) => void): void {
  void http.register((plain, _options, done) => {
    const scope = plain as unknown as Http
    for (const type of [SCIM_TYPE, 'application/json'])
      scope.addContentTypeParser(
        type,
        { parseAs: 'string', bodyLimit: BODY_LIMIT },
        async (_request: FastifyRequest, body: string | Buffer) => readJson(String(body)),
      )
    scope.setErrorHandler((error, request, reply) => {
      const problem = scimProblem(error)
      // Everything else is answered as everywhere, and reported where it is a defect; below it only gets another shape.
      if (problem === null) throw error
      const { status, scimType, text } = problem
      return answer(reply, status, scimError(status, scimType, text[languageOf(request, deps)]))
    })
    scope.addHook('onSend', async (_request, reply, payload) => {
      if (reply.getHeader('content-type')?.toString().startsWith(PROBLEM_TYPE) !== true) return payload
      const error = fromProblem(payload)
      if (error === null) return payload
      reply.header('content-type', `${SCIM_TYPE}; charset=utf-8`)
      return JSON.stringify(error)
    })
    add(scope)
    done()
  })
}

function scimProblem(error: unknown): ScimProblem | null {
  if (error instanceof ScimProblem) return error
  const tooLarge = (error as { code?: unknown }).code === 'FST_ERR_CTP_BODY_TOO_LARGE'
  return tooLarge ? new ScimProblem(413, null, TOO_LARGE) : null
}

const languageOf = ({ headers }: FastifyRequest, { signIn }: RouteDeps) =>
  headers['accept-language'] === undefined ? signIn.language : languageFor(headers['accept-language'])

/** Sends JSON with the media type of SCIM. */
export const answer = (reply: FastifyReply, status: number, body: object): FastifyReply =>
  reply.status(status).type(`${SCIM_TYPE}; charset=utf-8`).serializer(JSON.stringify).send(body)
