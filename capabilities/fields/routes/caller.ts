import type { FastifyRequest } from 'fastify'
import { BergfriedError } from '../../../kernel/errors.ts'

/** Login of the signed-in person who calls. @throws {BergfriedError} `http.forbidden` where a machine calls */
export function personWhoCalls({ principal }: FastifyRequest): string {
  if (principal?.kind !== 'person') throw new BergfriedError('http.forbidden', { permission: 'self' })
  return principal.name
}
