import type { Actor, Remainder } from '../../../kernel/act/actor.ts'
import type { HostReport } from '../contract-host.ts'
import type { HostDesk } from './host-desk.ts'
import { keyIdOf } from './orders-for.ts'

/**
 * Acts on a host by what its agent is told. Taken away is what the host's own sshd answers no more: the agent really runs the command that
 * sshd asks, has ssh-keygen read the list, and looks for sessions until three looks in a row find none.
 *
 * @param keeper.endInKeeper - before it the keeper would go on naming the grant
 * @param keeper.outlived - whether every certificate of the grant has expired since: the list need not name them any more
 */
export function hostActor(
  host: string,
  desk: HostDesk,
  { endInKeeper, outlived }: { endInKeeper(grant: string): Promise<void>; outlived(grant: string): Promise<boolean> },
): Actor {
  const seen = new Map<string, HostReport>()
  return {
    abilities: { canRevokeNow: true, maxResidualSeconds: 3, canKillSessions: true, canProve: true },
    apply: async ({ grant }, signal) => {
      await desk.settle(host, signal, () => true)
      return { external: keyIdOf(grant) }
    },
    revoke: async ({ grant }, signal) => {
      const keyId = keyIdOf(grant)
      await endInKeeper(grant)
      const report = await desk.settle(host, signal, (r) => r.proofs.some((p) => p.keyId === keyId))
      seen.set(grant, report)
    },
    look: async ({ grant }) => remainders(seen.get(grant), keyIdOf(grant), await outlived(grant)),
    probe: async ({ grant }) => {
      const proof = seen.get(grant)?.proofs.find((p) => p.keyId === keyIdOf(grant))
      seen.delete(grant)
      return proof === undefined ? 'cannot' : proof.answer === 'nothing' ? 'refused' : 'let_in'
    },
  }
}

function remainders(report: HostReport | undefined, keyId: string, outlived: boolean): readonly Remainder[] {
  if (report === undefined) return [{ what: 'report', detail: 'none yet' }]
  const sessions = report.sessions
    .filter((s) => s.keyId === keyId)
    .map((s): Remainder => ({ what: 'session', detail: `${s.account} since ${s.since}` }))
  const listed = report.proofs.find((p) => p.keyId === keyId)?.krl === 'revoked'
  return listed || outlived ? sessions : [...sessions, { what: 'certificate', detail: 'not in the revocation list' }]
}
