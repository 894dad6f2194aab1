import type { SignedApproval } from '../../../kernel/act/access-desk.ts'
import type { Transaction } from '../../../kernel/db/database.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import { type AccessDeps, deskOf, entitlementNamed, moved } from '../desk.ts'
import { recordAccess } from '../evidence/record.ts'
import { openGrant } from '../grant/open-grant.ts'
import { activePerson } from '../people/locks.ts'
import type { StoredRequest } from './stored-request.ts'

/** Held until the transaction ends. @throws {BergfriedError} `access.decided`, `http.not_found` */
async function held(tx: Transaction, id: string, at: Date): Promise<StoredRequest> {
  const [row] = await tx.query<StoredRequest & { open: boolean }>(
    `select id, requester, receiver, entitlement, system, text, approvals, credential,
       withdrawn_at is null and expires_at > $2
         and not exists (select from access.review v where v.request_id = r.id and v.verdict = 'refuse')
         and not exists (select from access."grant" g where g.id = r.id) as open
     from access.request r where id = $1 for update`,
    [id, at],
  )
  if (row === undefined) throw new BergfriedError('http.not_found', { what: `request ${id}` })
  if (!row.open) throw new BergfriedError('access.decided', {})
  return row
}

/** @throws {BergfriedError} `access.not_yours`, `access.not_approver`, `access.locked` */
async function mayDecide(deps: AccessDeps, request: StoredRequest, person: string): Promise<void> {
  if ([request.requester, request.receiver].includes(person)) throw new BergfriedError('access.not_yours', {})
  const { roles } = await activePerson(deps.database, person)
  const { approvers } = entitlementNamed(deskOf(deps), request.entitlement)
  const role = roles.includes('approver') || roles.includes('owner')
  if (!role || (approvers.length > 0 && !approvers.includes(person))) {
    throw new BergfriedError('access.not_approver', { person })
  }
}

/**
 * Takes a signature over a request. With the last one that is needed the grant begins, because the keeper opened it: what is
 * counted here is for the reader.
 *
 * @returns whether it has begun
 * @throws {BergfriedError} `keeper.refused` the signature does not hold; and those above
 */
export async function approve(deps: AccessDeps, id: string, approval: SignedApproval): Promise<boolean> {
  const desk = deskOf(deps)
  const at = deps.clock.now()
  const begun = await deps.database.stage('bf_access').transaction(async (tx) => {
    const request = await held(tx, id, at)
    await mayDecide(deps, request, approval.person)
    const before = await tx.query<{ approval: SignedApproval }>(
      `select approval from access.review where request_id = $1 and verdict = 'approve' and person <> $2`,
      [id, approval.person],
    )
    const approvals = [...before.map((row) => row.approval), approval]
    const opened = await desk.keeper.open(request.text, approvals).catch((error: unknown) => {
      // It holds, and others have to follow.
      if (isTooFew(error)) return null
      throw error
    })
    await tx.query(
      `insert into access.review (request_id, person, verdict, approval, at) values ($1, $2, 'approve', $3, $4)
       on conflict (request_id, person) do nothing`,
      [id, approval.person, JSON.stringify(approval), at],
    )
    const about = { person: request.receiver, by: approval.person }
    const clear = { request: id, entitlement: request.entitlement, system: request.system }
    await recordAccess(tx, at, 'approved', about, clear)
    if (opened === null) return false
    await openGrant(tx, at, entitlementNamed(desk, request.entitlement), request, opened)
    return true
  })
  moved(deps)
  return begun
}

const isTooFew = (error: unknown): boolean =>
  error instanceof BergfriedError && error.code === 'keeper.refused' && error.detail['kind'] === 'few'

/** Refuses a request, for good. */
export async function refuse(deps: AccessDeps, id: string, person: string, note: string): Promise<void> {
  const at = deps.clock.now()
  await deps.database.stage('bf_access').transaction(async (tx) => {
    const request = await held(tx, id, at)
    await mayDecide(deps, request, person)
    const fresh = await tx.query(
      `insert into access.review (request_id, person, verdict, note, at) values ($1, $2, 'refuse', $3, $4)
       on conflict do nothing returning 1`,
      [id, person, note, at],
    )
    if (fresh.length === 0) throw new BergfriedError('access.decided', {})
    const clear = { request: id, entitlement: request.entitlement, system: request.system }
    await recordAccess(tx, at, 'refused', { person: request.receiver, by: person }, clear)
  })
  moved(deps)
}
