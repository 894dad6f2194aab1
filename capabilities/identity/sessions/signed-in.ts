import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Transaction } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { PERMISSIONS } from '../../../kernel/http/route.ts'
import { sessionCookie } from '../../../kernel/http/sign-in.ts'
import { permits } from '../authorisation/authoriser.ts'
import type { Role, SessionView } from '../contract.ts'
import type { Doorway } from '../doorway.ts'
import { cookieValue, sessionCookieWith } from './cookies.ts'
import { deviceOf } from './device-of.ts'
import { beginSession, csrfOf, endSessionOf, type Method, SESSION_S, type Session } from './session-store.ts'

/**
 * Begins the session of somebody who has just proved who it is, in the caller's transaction; whatever session the browser had
 * ends. Send {@link giveCookie} when the transaction is done.
 *
 * @throws {BergfriedError} `identity.refused` where the person is locked or gone
 */
export async function signIn(
  door: Doorway,
  tx: Transaction,
  request: FastifyRequest,
  person: string,
  method: Method,
): Promise<{ session: Session; token: string }> {
  const visitor = { device: deviceOf(request.headers['user-agent']), address: request.ip }
  await endSessionOf(tx, tokenOf(door, request))
  const begun = await beginSession(tx, door.now, person, method, visitor)
  if (begun === null) throw new BergfriedError('identity.refused')
  return begun
}

/** The token that a browser sent, whatever it is worth. */
export const tokenOf = ({ signIn: { url } }: Doorway, request: FastifyRequest): string | null =>
  cookieValue(request.headers.cookie, sessionCookie(url))

/** Hands a session to the browser, and tells the page about it. */
export function giveCookie(
  door: Doorway,
  reply: FastifyReply,
  { session, token }: { session: Session; token: string },
): SessionView {
  reply.header('set-cookie', sessionCookieWith(door.signIn.url, token, SESSION_S))
  return sessionView(door, session, token)
}

export function sessionView({ key }: Doorway, session: Session, token: string): SessionView {
  const { id, name, login, language, roles } = session.person
  return {
    person: { id, name, login, language, roles: roles as Role[] },
    permissions: PERMISSIONS.filter((permission) => permits({ kind: 'person', id, roles }, permission)),
    csrf: csrfOf(key, token),
    until: session.until.toISOString(),
    secondFactor: true,
  }
}
