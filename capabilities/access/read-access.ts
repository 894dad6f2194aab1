import type { RouteDeps } from '../../kernel/http/route.ts'
import { passkeysOf } from '../identity/contract-people.ts'
import type { AccessView } from './contract.ts'
import { type AccessDeps, deskOf } from './desk.ts'
import { sshKeysOf } from './people/ssh-keys.ts'
import { readGrants, readRequests } from './views.ts'

type Deps = AccessDeps & Pick<RouteDeps, 'signIn'>

/** What somebody sees of access. */
export async function readAccess(deps: Deps, me: string, mayApprove: boolean): Promise<AccessView> {
  const desk = deskOf(deps)
  const pool = deps.database.stage('bf_access')
  const at = deps.clock.now()
  const person = mayApprove ? null : me
  const [requests, waiting, grants, ended, status, keys, passkeys, locks, enrolments] = await Promise.all([
    readRequests(pool, at, 'own', me),
    mayApprove ? readRequests(pool, at, 'waiting', me) : [],
    readGrants(pool, { person, which: 'live' }),
    readGrants(pool, { person, which: 'ended', limit: 100 }),
    desk.keeper.status(),
    sshKeysOf(pool, me),
    passkeysOf(deps.database, me),
    mayApprove
      ? pool.query<{ kind: 'person' | 'host'; target: string; reason: string; by: string; at: Date }>(
          `select kind, target, reason, locked_by as by, locked_at as at from access.lock where lifted_at is null order by locked_at desc`,
        )
      : [],
    mayApprove
      ? pool.query<{ id: string; person: string; text: string }>(
          'select id, person, text from access.enrolment where done_at is null and person <> $1 order by created_at',
          [me],
        )
      : [],
  ])
  const allowed = (entitlement: string): boolean => {
    const approvers = desk.entitlements.find((e) => e.name === entitlement)?.approvers ?? []
    return approvers.length === 0 || approvers.includes(me)
  }
  return {
    me,
    entitlements: desk.entitlements.map(({ name, title, system, kind, level, approvals, longestSeconds }) => ({
      name,
      title,
      system,
      kind,
      level,
      approvals,
      longestSeconds,
      ready: desk.actorOf(system) !== null,
    })),
    requests,
    waiting: waiting.filter((r) => allowed(r.entitlement)),
    grants,
    ended,
    mayApprove,
    approver: status.approvers.some((a) => a.person === me),
    enrolments: [...enrolments],
    locks: locks.map((l) => ({ ...l, at: l.at.toISOString() })),
    credentials: { rpId: new URL(deps.signIn.url).hostname, ids: passkeys.map((k) => k.credentialId) },
    sshKeys: keys.map((k) => ({ fingerprint: k.fingerprint, label: k.label, addedAt: k.addedAt.toISOString() })),
  }
}
