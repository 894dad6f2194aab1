import type { FastifyRequest } from 'fastify'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { Doorway } from '../doorway.ts'
import { findSession } from '../sessions/session-store.ts'
import { signIn, tokenOf } from '../sessions/signed-in.ts'
import type { EndedWay } from './end-way.ts'
import { linkTo, personBehind } from './find-person.ts'

/**
 * Signs in whoever came back from a provider, or connects the account of whoever set out to do that and is still signed in in
 * the same session.
 *
 * @returns where the browser goes, and the token of a new session
 * @throws {BergfriedError} `identity.not_linked`, `identity.linked_elsewhere`, `identity.refused`
 */
export async function finishWay(
  door: Doorway,
  request: FastifyRequest,
  ended: EndedWay,
): Promise<{ to: string; token: string | null }> {
  const { linking } = ended
  if (linking === null) {
    const begun = await door.stage.transaction(async (tx) => {
      const person = await personBehind(tx, ended, door.now)
      return signIn(door, tx, request, person, 'oidc')
    })
    return { to: '/', token: begun.token }
  }
  const session = await findSession(door.stage, tokenOf(door, request), door.now)
  if (session === null || session.id !== linking.session || session.person.id !== linking.person) {
    throw new BergfriedError('identity.refused')
  }
  await door.stage.transaction((tx) => linkTo(tx, linking.person, ended, door.now))
  return { to: `/account?linked=${encodeURIComponent(ended.provider.id)}`, token: null }
}
