import swagger from '@fastify/swagger'
import fastify from 'fastify'
import {
  hasZodFastifySchemaValidationErrors,
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import { BergfriedError } from '../errors.ts'
import type { Lang } from '../i18n/text.ts'
import { guard } from './guard.ts'
import type { Gate } from './principal.ts'
import { PROBLEM_TYPE, problemOf } from './problem.ts'
import type { Http, Route, RouteDeps } from './route.ts'
import { sessionCookie } from './sign-in.ts'

export interface HttpOptions {
  readonly routes: readonly Route[]
  readonly deps: RouteDeps
  readonly gate: Gate
  /** Addresses of proxies that are believed about the client's address. None: nobody is. */
  readonly proxies?: readonly string[]
  readonly version: string
  readonly lang: Lang
  /** A defect: an error without a code. The caller gets no word of it. */
  readonly onDefect: (where: string, error: unknown) => void
}

const BODY_LIMIT = 12 * 1024 * 1024

/**
 * The HTTP server: zod on both sides (what a route does not declare it can neither read nor send), OpenAPI 3.1 from
 * the same schemas, problem+json for every error, deny by default.
 */
export async function createHttp(options: HttpOptions): Promise<Http> {
  const http = fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    requestTimeout: 30_000,
    trustProxy: options.proxies === undefined || options.proxies.length === 0 ? false : [...options.proxies],
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
  }).withTypeProvider<ZodTypeProvider>() as unknown as Http
  http.setValidatorCompiler(validatorCompiler)
  http.setSerializerCompiler(serializerCompiler)
  await http.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Bergfried', version: options.version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: sessionCookie(options.deps.signIn.url) },
        },
      },
      security: [{ token: [] }, { session: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => withProblems(jsonSchemaTransformObject(document)),
  })
  http.addHook('onRoute', (route) => {
    if (route.config?.permission === undefined)
      throw new Error(`${String(route.method)} ${route.url} names no permission`)
  })
  guard(http, options.gate)
  answerErrors(http, options)
  const overTls = options.deps.signIn.url.startsWith('https://')
  http.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff')
    reply.header('cache-control', reply.getHeader('cache-control') ?? 'no-store')
    reply.header(
      'content-security-policy',
      reply.getHeader('content-security-policy') ?? "default-src 'none'; frame-ancestors 'none'",
    )
    reply.header('referrer-policy', 'no-referrer')
    reply.header('cross-origin-opener-policy', 'same-origin')
    reply.header('cross-origin-resource-policy', reply.getHeader('cross-origin-resource-policy') ?? 'same-origin')
    reply.header('x-frame-options', 'DENY')
    // RFC 6797: said only where the public address is one with TLS, a plain connection would not be believed anyway.
    if (overTls) reply.header('strict-transport-security', 'max-age=31536000; includeSubDomains')
  })
  for (const route of options.routes) route.add(http, options.deps)
  return http
}

interface Answers {
  readonly paths?: Record<string, Record<string, { responses?: Record<string, { content?: Record<string, unknown> }> }>>
}

/** Errors go out as application/problem+json (RFC 9457); the document says so. */
function withProblems<D>(document: D): D {
  for (const methods of Object.values((document as Answers).paths ?? {})) {
    for (const operation of Object.values(methods)) {
      for (const [status, answer] of Object.entries(operation.responses ?? {})) {
        const json = answer.content?.['application/json']
        if (Number(status) >= 400 && json !== undefined) answer.content = { [PROBLEM_TYPE]: json }
      }
    }
  }
  return document
}

function answerErrors(http: Http, { lang, onDefect }: HttpOptions): void {
  http.setNotFoundHandler((request, reply) => {
    const problem = problemOf(new BergfriedError('http.not_found', { what: request.url.slice(0, 200) }), lang)
    return reply.status(404).type(PROBLEM_TYPE).serializer(JSON.stringify).send(problem)
  })
  http.setErrorHandler((error, request, reply) => {
    const expected = expectedError(error)
    if (expected === null) onDefect(`${request.method} ${request.routeOptions.url ?? ''}`, error)
    const shown = expected ?? new BergfriedError('http.defect')
    if (shown.code === 'http.unauthenticated') reply.header('www-authenticate', 'Bearer')
    return reply.status(shown.spec.http).type(PROBLEM_TYPE).serializer(JSON.stringify).send(problemOf(shown, lang))
  })
}

function expectedError(error: unknown): BergfriedError | null {
  if (error instanceof BergfriedError) return error
  if (hasZodFastifySchemaValidationErrors(error)) {
    const first = error.validation[0]
    return new BergfriedError('http.invalid', {
      where: `${error.validationContext ?? 'request'}${first?.instancePath ?? ''}`,
      reason: (first?.message ?? 'invalid').slice(0, 300),
    })
  }
  const status = (error as { statusCode?: number }).statusCode ?? 500
  if (status === 413) return new BergfriedError('http.too_large', { limit: '12 MiB' })
  if (status >= 400 && status < 500) {
    return new BergfriedError('http.invalid', { where: 'request', reason: (error as Error).message.slice(0, 300) })
  }
  return null
}
