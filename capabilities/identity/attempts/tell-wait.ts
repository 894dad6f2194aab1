import type { FastifyReply, FastifyRequest } from 'fastify'
import { BergfriedError } from '../../../kernel/errors.ts'

/** For `onError` of a route that counts attempts: says in the header too how long to wait (RFC 9110, section 10.2.3). */
export async function tellWait(_request: FastifyRequest, reply: FastifyReply, error: Error): Promise<void> {
  if (error instanceof BergfriedError && error.code === 'identity.too_many') {
    reply.header('retry-after', String(error.detail['seconds']))
  }
}
