import type { FastifyRequest } from 'fastify'
import { BergfriedError } from '../../../kernel/errors.ts'

/** The signed-in person who calls. */
export interface Self {
  readonly id: string
  readonly login: string
  readonly session: string
}

/** @throws {BergfriedError} `http.forbidden` where a machine calls: what this changes takes a person who has just signed in */
export function selfOf({ principal }: FastifyRequest): Self {
  if (principal?.kind !== 'person') throw new BergfriedError('http.forbidden', { permission: 'self' })
  return { id: principal.id, login: principal.name, session: principal.session }
}
