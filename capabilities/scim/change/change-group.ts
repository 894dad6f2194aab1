import { randomUUID } from 'node:crypto'
import type { Transaction } from '../../../kernel/db/database.ts'
import { MOST_GROUPS } from '../contract.ts'
import { recordGroup } from '../evidence/record.ts'
import { applyPatch } from '../patch/apply-patch.ts'
import type { PatchOperation } from '../patch/parse-patch.ts'
import { badRequest, ScimProblem, shown } from '../protocol/scim-problem.ts'
import { requireVersion } from '../protocol/versions.ts'
import { checkResource } from '../resource/read-resource.ts'
import type { Attributes } from '../schema/attribute.ts'
import { groupType } from '../schema/resource-type.ts'
import {
  addMembers,
  countGroups,
  deleteGroup,
  findGroup,
  insertGroup,
  knownUsers,
  membersOf,
  removeMembers,
  touchUsers,
  updateGroup,
} from '../storage/group-store.ts'
import type { Stored } from '../storage/stored.ts'
import type { ChangeDeps, Changing } from './change-user.ts'
import { changedNames, gone } from './conflicts.ts'
import { inTurn } from './write-queue.ts'

/** @throws {ScimProblem} `invalidValue` for members that are nobody */
export function createGroup(deps: ChangeDeps, given: Attributes, by: string): Promise<Stored> {
  const id = randomUUID()
  checkResource(groupType, given)
  return inOne(deps, async (tx, at) => {
    if ((await countGroups(tx)) >= MOST_GROUPS)
      throw new ScimProblem(507, null, {
        de: `Mehr als ${MOST_GROUPS} Gruppen sind nicht möglich.`,
        en: `There can be no more than ${MOST_GROUPS} groups.`,
      })
    await insertGroup(tx, id, given, at)
    const added = membersOf(given)
    await join(tx, id, added)
    await touchUsers(tx, added)
    await recordGroup(tx, at, 'group_created', { id, attributes: changedNames({}, given), added, removed: [], by })
    return found(await findGroup(tx, id), id)
  })
}

/** PUT: everything anew, members too. */
export const replaceGroup = (deps: ChangeDeps, changing: Changing, given: Attributes): Promise<Stored> =>
  changeGroup(deps, changing, () => given)

/** PATCH: all operations or none. */
export const patchGroup = (
  deps: ChangeDeps,
  changing: Changing,
  operations: readonly PatchOperation[],
): Promise<Stored> => changeGroup(deps, changing, (before) => applyPatch(groupType, before, operations))

function changeGroup(
  deps: ChangeDeps,
  { id, by, ifMatch }: Changing,
  next: (before: Attributes) => Attributes,
): Promise<Stored> {
  return inOne(deps, async (tx, at) => {
    const stored = found(await findGroup(tx, id, 'hold'), id)
    requireVersion(ifMatch, stored.version)
    const values = next(stored.attributes)
    checkResource(groupType, values)
    const [was, is] = [new Set(membersOf(stored.attributes)), new Set(membersOf(values))]
    const added = [...is].filter((user) => !was.has(user))
    const removed = [...was].filter((user) => !is.has(user))
    const names = changedNames({ ...stored.attributes, members: [] }, { ...values, members: [] })
    if (names.length === 0 && added.length === 0 && removed.length === 0) return stored
    await join(tx, id, added)
    await removeMembers(tx, id, removed)
    await updateGroup(tx, id, values, at)
    // Whoever is in the group is told with its name.
    await touchUsers(tx, names.includes('displayName') ? [...new Set([...was, ...is])] : [...added, ...removed])
    const moved = added.length + removed.length > 0
    const attributes = moved ? [...names, 'members'].sort() : names
    await recordGroup(tx, at, 'group_changed', { id, attributes, added, removed, by })
    return found(await findGroup(tx, id), id)
  })
}

/** @throws {ScimProblem} 404, 412 */
export function removeGroup(deps: ChangeDeps, { id, by, ifMatch }: Changing): Promise<void> {
  return inOne(deps, async (tx, at) => {
    const stored = found(await findGroup(tx, id, 'hold'), id)
    requireVersion(ifMatch, stored.version)
    const removed = membersOf(stored.attributes)
    await touchUsers(tx, removed)
    await deleteGroup(tx, id)
    await recordGroup(tx, at, 'group_deleted', { id, attributes: [], added: [], removed, by })
  })
}

async function join(tx: Transaction, group: string, users: readonly string[]): Promise<void> {
  if (users.length === 0) return
  const known = await knownUsers(tx, users)
  const stranger = users.find((user) => !known.has(user))
  if (stranger !== undefined)
    throw badRequest('invalidValue', `„${shown(stranger)}“ ist keine Person`, `“${shown(stranger)}” is no person`)
  await addMembers(tx, group, users)
}

const inOne = <T>({ database, clock }: ChangeDeps, work: (tx: Transaction, at: Date) => Promise<T>): Promise<T> =>
  inTurn(database, () => database.stage('bf_desk').transaction((tx) => work(tx, clock.now())))

function found(stored: Stored | null, id: string): Stored {
  if (stored === null) throw gone(id)
  return stored
}
