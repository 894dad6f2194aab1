import type { FastifyRequest } from 'fastify'
import { BergfriedError } from '../../../kernel/errors.ts'

/** Login of the signed-in person who calls. @throws {BergfriedError} `http.forbidden` where a machine calls */
export function personOf({ principal }: FastifyRequest): string {
  if (principal?.kind !== 'person') throw new BergfriedError('http.forbidden', { permission: 'self' })
  return principal.name
}

/** The longest body of these routes in bytes. */
export const BODY = 64 * 1024
