import type { Actor } from '../../../kernel/act/actor.ts'
import type { FirewallDesk } from '../../../kernel/act/firewall-desk.ts'
import { BergfriedError } from '../../../kernel/errors.ts'

const ANSWER_MS = 25_000

/**
 * Opens an address on the firewall of a host for the time of a grant: as an element with a timeout in a set of the host's rules, which the
 * kernel itself lets go. What is open is what the host reads from its kernel; a connection from somebody else's address can be tried
 * by nobody but them.
 */
export function openingActor(
  host: string,
  desk: Pick<FirewallDesk, 'moved' | 'news' | 'openOn'>,
  endInKeeper: (grant: string) => Promise<void>,
): Actor {
  /** Waits for a report that came after now and says so of the grant. */
  const until = async (grant: string, open: boolean, signal: AbortSignal): Promise<void> => {
    const asked = desk.openOn(host)?.reports ?? 0
    const end = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)])
    desk.moved(host)
    for (;;) {
      const waiting = desk.news(host, end, ANSWER_MS)
      const said = desk.openOn(host)
      if (said !== null && said.grants.has(grant) === open && (open || said.reports > asked)) return
      if (end.aborted) break
      await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 500).unref())])
    }
    const reason = open ? 'the host has no set for this entitlement, or does not answer' : 'the host does not answer'
    throw new BergfriedError('collect.unreachable', { system: host, reason })
  }
  return {
    // The lists that hosts go by end after five minutes, and the elements with them.
    abilities: { canRevokeNow: true, maxResidualSeconds: 300, canKillSessions: true, canProve: false },
    apply: async ({ grant }, signal) => {
      await until(grant, true, signal)
      return { external: `opening:${grant}` }
    },
    revoke: async ({ grant }, signal) => {
      await endInKeeper(grant)
      await until(grant, false, signal)
    },
    look: async ({ grant }) =>
      desk.openOn(host)?.grants.has(grant) === true ? [{ what: 'element', detail: 'the firewall lets it in' }] : [],
    probe: async () => 'cannot',
  }
}
