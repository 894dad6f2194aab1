import * as z from 'zod'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { RouteDeps } from '../../../kernel/http/route.ts'
import { findPerson } from '../../identity/contract-people.ts'
import { AskFor, Refuse } from '../contract.ts'
import { type AccessDeps, deskOf } from '../desk.ts'
import { recordAccess } from '../evidence/record.ts'
import { endGrantByHand } from '../grant/end-by-hand.ts'
import { becomeApprover, signEnrolment } from '../people/enrol-approver.ts'
import { lock } from '../people/lock.ts'
import { sshKeysOf } from '../people/ssh-keys.ts'
import { readAccess } from '../read-access.ts'
import { askFor, withdraw } from '../request/ask.ts'
import { approve, refuse } from '../request/review.ts'
import { readGrants, readRequests } from '../views.ts'
import type { Call } from './read-call.ts'

type Deps = AccessDeps & Pick<RouteDeps, 'signIn'>

const Id = z.strictObject({ id: z.uuid() })
const Signed = z.strictObject({ id: z.uuid(), ssh: z.string().max(8000) })
const Certify = z.strictObject({ id: z.uuid(), publicKey: z.string().max(12_000) })
const Lock = z.strictObject({
  kind: z.enum(['person', 'host']),
  target: z.string().min(1).max(200),
  reason: z.string().min(1).max(1000),
  left: z.boolean().default(false),
})

/** Whether somebody may approve, by role. The keeper asks no role, but for an enrolled key. */
async function mayApprove({ database }: Deps, person: string): Promise<boolean> {
  const { roles = [] } = (await findPerson(database, person)) ?? {}
  return roles.includes('approver') || roles.includes('owner')
}

async function needApprover(deps: Deps, person: string): Promise<void> {
  if (!(await mayApprove(deps, person))) throw new BergfriedError('access.not_approver', { person })
}

function fitting<S extends z.ZodType>(shape: S, body: unknown): z.output<S> {
  const result = shape.safeParse(body)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new BergfriedError('http.invalid', { where: issue?.path.join('.') || 'body', reason: issue?.message ?? '-' })
}

/** What the command line can do, as whoever signed it. */
const CALLS: Readonly<Record<string, (deps: Deps, person: string, body: unknown) => Promise<object>>> = {
  access: async (deps, person) => readAccess(deps, person, await mayApprove(deps, person)),
  ask: async (deps, person, body) => {
    const { receiver, ...wish } = fitting(AskFor, body)
    return askFor(deps, { ...wish, requester: person, receiver: receiver ?? person })
  },
  request: async (deps, person, body) => {
    const { id } = fitting(Id, body)
    const [request] = await readRequests(deps.database.stage('bf_access'), deps.clock.now(), 'one', id)
    const own = request !== undefined && [request.requester, request.receiver].includes(person)
    if (request === undefined || !(own || (await mayApprove(deps, person)))) {
      throw new BergfriedError('http.not_found', { what: `request ${id}` })
    }
    return request
  },
  approve: async (deps, person, body) => {
    const { id, ssh } = fitting(Signed, body)
    return { begun: await approve(deps, id, { person, ssh, passkey: null }) }
  },
  refuse: async (deps, person, body) => {
    const { id, note } = fitting(Refuse.extend(Id.shape), body)
    await refuse(deps, id, person, note)
    return {}
  },
  withdraw: async (deps, person, body) => {
    await withdraw(deps, fitting(Id, body).id, person)
    return {}
  },
  end: async (deps, person, body) => ({
    case: await endGrantByHand(deps, fitting(Id, body).id, person, !(await mayApprove(deps, person))),
  }),
  lock: async (deps, person, body) => {
    await needApprover(deps, person)
    const { left, ...wish } = fitting(Lock, body)
    return { cases: await lock(deps, { ...wish, by: person, why: left ? 'left' : 'lock' }) }
  },
  approver: async (deps, person) => {
    await needApprover(deps, person)
    const [key] = await sshKeysOf(deps.database.stage('bf_access'), person)
    return { waits: await becomeApprover(deps, person, { passkey: null, ssh: key?.fingerprint ?? null }) }
  },
  'sign-enrolment': async (deps, person, body) => {
    await needApprover(deps, person)
    const { id, ssh } = fitting(Signed, body)
    await signEnrolment(deps, id, { person, ssh, passkey: null })
    return {}
  },
  grant: async (deps, person, body) => {
    const [grant] = await readGrants(deps.database.stage('bf_access'), {
      person,
      id: fitting(Id, body).id,
      which: 'all',
    })
    if (grant === undefined) throw new BergfriedError('http.not_found', { what: 'grant' })
    return grant
  },
  where: async (deps, person, body) => {
    const { id } = fitting(Id, body)
    const [grant] = await readGrants(deps.database.stage('bf_access'), { person, id, which: 'live' })
    const address = grant === undefined ? null : deskOf(deps).addressOf(grant.system)
    if (grant === undefined || address === null) throw new BergfriedError('http.not_found', { what: `grant ${id}` })
    return { ...address, role: grant.external?.split('/')[1] ?? grant.account }
  },
  certify: async (deps, person, body) => {
    const { id, publicKey } = fitting(Certify, body)
    const pool = deps.database.stage('bf_access')
    const [grant] = await readGrants(pool, { person, id, which: 'live' })
    if (grant === undefined) throw new BergfriedError('http.not_found', { what: `grant ${id}` })
    const issued = await deskOf(deps).keeper.certify(id, publicKey)
    const clear = { request: id, entitlement: grant.entitlement, system: grant.system, serial: issued.serial }
    await pool.transaction((tx) => recordAccess(tx, deps.clock.now(), 'certified', { person, by: person }, clear))
    return issued
  },
}

/** @throws {BergfriedError} `http.not_found`, and those of the call */
export function answerCall(deps: Deps, { person, name, body }: Call): Promise<object> {
  const call = Object.hasOwn(CALLS, name) ? CALLS[name] : undefined
  if (call === undefined) throw new BergfriedError('http.not_found', { what: `call ${name.slice(0, 40)}` })
  return call(deps, person, body)
}
