import { refused } from '../errors.ts'
import type { AccessRequest } from './request-text.ts'

/** Longest grant; what is needed for longer is asked for again. */
export const MOST_GRANT_SECONDS = 30 * 86_400
/** Longest time from approval to use. */
export const MOST_WAIT_SECONDS = 7 * 86_400
/** Longest certificate. It ends with its grant, at the latest. */
export const MOST_CERTIFICATE_SECONDS = 900
/** A certificate counts from so long before it was made: clocks differ. */
export const BACKDATE_SECONDS = 60
/** After so long a list is too old for a host to let anybody in. */
export const LIST_SECONDS = 300
/** Of a certificate's extensions those that may be asked for. */
const EXTENSIONS = new Set(['permit-pty', 'permit-port-forwarding', 'permit-agent-forwarding'])

/**
 * The keeper's own rules, whatever the server's are.
 *
 * @param people - who approved
 * @throws {KeeperError} `refused`
 */
export function checkRequest(request: AccessRequest, people: ReadonlySet<string>, at: number): void {
  if (request.expires <= at) throw expired()
  if (request.expires > at + MOST_WAIT_SECONDS) {
    throw refused('the request may wait too long', 'der Antrag darf zu lange warten', { kind: 'limit' })
  }
  if (request.seconds > MOST_GRANT_SECONDS) {
    throw refused('the grant would last too long', 'die Freigabe dauerte zu lange', { kind: 'limit' })
  }
  const strange = request.extensions.find((extension) => !EXTENSIONS.has(extension))
  if (strange !== undefined) {
    throw refused(`${strange} cannot be granted`, `${strange} kann nicht gewährt werden`, { kind: 'limit' })
  }
  for (const own of [request.requester, request.receiver]) {
    if (people.has(own)) {
      throw refused(`${own} cannot approve this: it is theirs`, `${own} kann das nicht freigeben: es ist das Eigene`, {
        kind: 'own',
      })
    }
  }
  if (people.size < request.approvals) {
    throw refused(
      `${people.size} approved, and ${request.approvals} have to`,
      `${people.size} haben freigegeben, ${request.approvals} müssen es sein`,
      { kind: 'few' },
    )
  }
}

export const expired = () => refused('the request is too old', 'der Antrag ist zu alt', { kind: 'expired' })
