import type { FastifyRequest } from 'fastify'
import { BergfriedError } from '../../../kernel/errors.ts'
import { hostOfToken } from '../../access/contract-caller.ts'
import type { FirewallDeps } from '../desk.ts'

/** The host that calls, by its token. @throws {BergfriedError} `http.unauthenticated` */
export async function hostThatCalls({ database }: FirewallDeps, { headers }: FastifyRequest): Promise<string> {
  const host = await hostOfToken(database, headers.authorization)
  if (host === null) throw new BergfriedError('http.unauthenticated')
  return host
}

/** Login of the signed-in person who calls. @throws {BergfriedError} `http.forbidden` where a machine calls */
export function personWhoCalls({ principal }: FastifyRequest): string {
  if (principal?.kind !== 'person') throw new BergfriedError('http.forbidden', { permission: 'self' })
  return principal.name
}
