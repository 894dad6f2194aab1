import type { FastifyRequest } from 'fastify'
import { selfOf } from '../account/caller.ts'
import type { Doorway } from '../doorway.ts'
import { requireFresh } from '../sessions/session-store.ts'
import type { Changing } from './change-account.ts'
import type { Inviting } from './invite.ts'

/** Who changes somebody's account: a person, or a machine whose token may. */
export const changingOf = ({ now }: Doorway, { caller, principal }: FastifyRequest): Changing => ({
  by: caller,
  id: principal?.kind === 'person' ? principal.id : null,
  now,
})

/**
 * The same for what lets somebody in: a person who has just signed in, never a machine.
 *
 * @throws {BergfriedError} `http.forbidden`, `identity.sign_in_again`
 */
export async function freshChanging(door: Doorway, request: FastifyRequest): Promise<Changing> {
  await requireFresh(door.stage, selfOf(request).session, door.now)
  return changingOf(door, request)
}

/** @throws as {@link freshChanging} */
export async function freshInviting(door: Doorway, request: FastifyRequest): Promise<Inviting> {
  const { by, now } = await freshChanging(door, request)
  return { by, now, url: door.signIn.url }
}
