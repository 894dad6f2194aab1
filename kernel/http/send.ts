import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Entity, encodingFor } from './entity.ts'

/** Sends an entity, or 304 to whoever has it already. Works for GET and HEAD. */
export async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  entity: Entity,
  headers: Readonly<Record<string, string>>,
): Promise<FastifyReply> {
  const vary = ['accept-encoding', ...(headers['vary'] === undefined ? [] : [headers['vary']])].join(', ')
  reply.headers({ ...headers, vary, etag: entity.etag })
  const known = request.headers['if-none-match']
  if (known?.split(',').some((tag) => tag.trim() === entity.etag || tag.trim() === '*') === true) {
    return reply.status(304).send()
  }
  const encoding = encodingFor(request.headers['accept-encoding']?.toString())
  if (encoding !== 'identity') reply.header('content-encoding', encoding)
  return reply.type(entity.type).send(await entity.encoded(encoding))
}
