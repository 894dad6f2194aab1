import { randomUUID } from 'node:crypto'
import type { Transaction } from '../../../kernel/db/database.ts'
import type { RouteDeps } from '../../../kernel/http/route.ts'
import { MOST_USERS, type ScimChange, type ScimDesk } from '../contract.ts'
import { recordUser } from '../evidence/record.ts'
import { applyPatch } from '../patch/apply-patch.ts'
import type { PatchOperation } from '../patch/parse-patch.ts'
import { ScimProblem } from '../protocol/scim-problem.ts'
import { requireVersion } from '../protocol/versions.ts'
import { changeOf } from '../resource/change-of.ts'
import { checkResource } from '../resource/read-resource.ts'
import { type Attributes, fold } from '../schema/attribute.ts'
import { userType } from '../schema/resource-type.ts'
import { personOf } from '../settle-user.ts'
import type { Stored } from '../storage/stored.ts'
import { countUsers, deleteUser, findUser, insertUser, updateUser } from '../storage/user-store.ts'
import { changedNames, gone, translateConflict } from './conflicts.ts'
import { inTurn } from './write-queue.ts'

export type ChangeDeps = Pick<RouteDeps, 'database' | 'clock' | 'scim'>

/** Which resource, who changes it, and the version they mean; null: any. */
export interface Changing {
  readonly id: string
  readonly by: string
  readonly ifMatch: string | null
}

/**
 * Takes somebody in. Whoever nothing is said of is active.
 *
 * @throws {ScimProblem} `uniqueness`, `invalidValue`, and what the register refuses
 */
export async function createUser(deps: ChangeDeps, given: Attributes, by: string): Promise<Stored> {
  const id = randomUUID()
  const values = { active: true, ...given }
  checkResource(userType, values)
  return inOne(deps, async (tx, desk, at) => {
    if ((await countUsers(tx)) >= MOST_USERS) throw full()
    await insertUser(tx, id, values, at)
    const change = changeOf(values)
    await desk.onChange(change)
    await recordUser(tx, at, 'user_created', { id, change, attributes: changedNames({}, values), by })
    return found(await findUser(tx, id), id)
  })
}

/** PUT: everything anew. Whether somebody is active stays where nothing is said of it: silence brings nobody back. */
export const replaceUser = (deps: ChangeDeps, changing: Changing, given: Attributes): Promise<Stored> =>
  changeUser(deps, changing, (before) => ({
    ...('active' in before ? { active: before['active'] } : {}),
    ...given,
  }))

/** PATCH: all operations or none. */
export const patchUser = (
  deps: ChangeDeps,
  changing: Changing,
  operations: readonly PatchOperation[],
): Promise<Stored> => changeUser(deps, changing, (before) => applyPatch(userType, before, operations))

function changeUser(
  deps: ChangeDeps,
  { id, by, ifMatch }: Changing,
  next: (before: Attributes) => Attributes,
): Promise<Stored> {
  return inOne(deps, async (tx, desk, at) => {
    const stored = found(await findUser(tx, id, 'hold'), id)
    requireVersion(ifMatch, stored.version)
    const before = changeOf(stored.attributes)
    const values = next(stored.attributes)
    checkResource(userType, values)
    const after = changeOf(values)
    const attributes = changedNames(stored.attributes, values)
    if (attributes.length > 0) await updateUser(tx, id, values, at)
    await tell(desk, before, after)
    if (attributes.length === 0) return stored
    const event =
      before.active === after.active ? 'user_changed' : after.active ? 'user_reactivated' : 'user_deactivated'
    await recordUser(tx, at, event, { id, change: after, attributes, by })
    return found(await findUser(tx, id), id)
  })
}

/** Removes somebody, who has left with that. @throws {ScimProblem} 404, 412 */
export function removeUser(deps: ChangeDeps, { id, by, ifMatch }: Changing): Promise<void> {
  return inOne(deps, async (tx, desk, at) => {
    const stored = found(await findUser(tx, id, 'hold'), id)
    requireVersion(ifMatch, stored.version)
    await deleteUser(tx, id, at)
    const change = { ...changeOf(stored.attributes), active: false }
    await desk.onChange(change)
    await recordUser(tx, at, 'user_deleted', { id, change, attributes: [], by })
  })
}

/**
 * Tells the register what is different now. Who is not active is told every time, so that a provider that says it again has it done
 * again. Under another identifier it is another person to the register: the one before has left.
 */
async function tell(desk: ScimDesk, before: ScimChange, after: ScimChange): Promise<void> {
  const moved = fold(personOf(before)) !== fold(personOf(after))
  if (moved) await desk.onChange({ ...before, active: false })
  if (moved || !after.active || JSON.stringify(before) !== JSON.stringify(after)) await desk.onChange(after)
}

/**
 * One change in one transaction, in its turn. The register is told before the entry is written, because an entry holds the log's lock
 * until the end; where the register refuses, nothing is stored.
 */
function inOne<T>(
  { database, clock, scim }: ChangeDeps,
  work: (tx: Transaction, desk: ScimDesk, at: Date) => Promise<T>,
): Promise<T> {
  if (scim === undefined || scim === null)
    throw new ScimProblem(503, null, {
      de: 'Hier nimmt niemand Personen entgegen: SCIM ist nicht mit dem Personenregister verbunden.',
      en: 'Nobody takes people in here: SCIM is not connected to the register of people.',
    })
  return inTurn(database, () => database.stage('bf_desk').transaction((tx) => work(tx, scim, clock.now()))).catch(
    (error: unknown) => {
      throw translateConflict(error)
    },
  )
}

function found(stored: Stored | null, id: string): Stored {
  if (stored === null) throw gone(id)
  return stored
}

const full = () =>
  new ScimProblem(507, null, {
    de: `Mehr als ${MOST_USERS} Personen nimmt das Register nicht auf.`,
    en: `The register takes no more than ${MOST_USERS} people.`,
  })
