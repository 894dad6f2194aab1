import type { FastifyReply, FastifyRequest } from 'fastify'
import * as z from 'zod'
import type { RouteDeps } from '../../../kernel/http/route.ts'
import type { Changing } from '../change/change-user.ts'
import { ScimErrorBody } from '../protocol/scim-error.ts'
import { namesVersion, tagOf } from '../protocol/versions.ts'
import { projection, resourceJson } from '../resource/projection.ts'
import { locationOf, toldValues } from '../resource/told-values.ts'
import type { Stored } from '../storage/stored.ts'
import { answer, baseOf } from './scim-scope.ts'

/** A body of SCIM. What is in it follows from the schema that `/Schemas` tells. */
export const ScimBody = z.looseObject({ schemas: z.array(z.string()) }).meta({ id: 'ScimResource' })

export const ONE = z.strictObject({ id: z.string().max(200) })

export const SCIM_REFUSALS = {
  400: ScimErrorBody,
  401: ScimErrorBody,
  403: ScimErrorBody,
  404: ScimErrorBody,
  409: ScimErrorBody,
  412: ScimErrorBody,
  413: ScimErrorBody,
  500: ScimErrorBody,
  503: ScimErrorBody,
  507: ScimErrorBody,
} as const

interface Asked {
  readonly attributes?: string | undefined
  readonly excludedAttributes?: string | undefined
}

/** Sends a resource with its version, or 304 to whoever has that version (RFC 7644, section 3.14). */
export function tellResource(
  request: FastifyRequest,
  reply: FastifyReply,
  deps: RouteDeps,
  stored: Stored,
  status: 200 | 201,
): FastifyReply {
  const { attributes = null, excludedAttributes = null } = request.query as Asked
  const base = baseOf(deps)
  reply.header('etag', tagOf(stored.version))
  const known = request.headers['if-none-match']
  if (request.method === 'GET' && known !== undefined && namesVersion(known, stored.version))
    return reply.status(304).send()
  if (status === 201) reply.header('location', locationOf(stored, base))
  const told = projection(stored.type, attributes, excludedAttributes)
  return answer(reply, status, resourceJson(stored.type, toldValues(stored, base), told))
}

/** Whose resource a request changes, and which version of it. */
export const changingOf = (request: FastifyRequest): Changing => ({
  id: (request.params as { id: string }).id,
  by: request.caller,
  ifMatch: request.headers['if-match'] ?? null,
})
