import { badRequest, shown } from '../protocol/scim-problem.ts'
import { isObject } from '../resource/members-by-name.ts'
import { type Attributes, isSeveral } from '../schema/attribute.ts'
import type { ResourceType } from '../schema/resource-type.ts'
import { addTo } from './add-to.ts'
import { changeMembers } from './change-members.ts'
import type { PatchOperation } from './parse-patch.ts'
import { noPath, type PatchPath, parsePath } from './parse-path.ts'
import { removeFrom } from './remove-from.ts'
import { replaceIn } from './replace-in.ts'

/**
 * Applies operations one after another (RFC 7644, section 3.5.2). All of them or, by throwing, none.
 *
 * Without a path each member of the value is a path of its own, dotted ones too, as Entra sends them. There what is not known and
 * what is read-only is passed over, as in a PUT: Okta repeats the `id`. A path that is written out has to lead somewhere.
 *
 * @throws {ScimProblem} `invalidPath`, `invalidFilter`, `invalidValue`, `noTarget`, `mutability`
 */
export function applyPatch(type: ResourceType, values: Attributes, operations: readonly PatchOperation[]): Attributes {
  const { members, ...others } = values
  const draft: Draft = {
    type,
    members: new Set((isSeveral(members) ? members : []).map((one) => String(one['value']))),
  }
  const changed = operations.reduce((now, operation) => applyOne(draft, now, operation), others as Attributes)
  if (draft.members.size === 0) return changed
  return { ...changed, members: [...draft.members].map((value) => ({ value })) }
}

interface Draft {
  readonly type: ResourceType
  /** Of a group, by identifier. */
  readonly members: Set<string>
}

function applyOne(draft: Draft, values: Attributes, { op, path, value }: PatchOperation): Attributes {
  if (path === null) return withoutPath(draft, values, op, value)
  if (isExtension(draft, path)) return extensionWhole(draft, values, op, value)
  const target = parsePath(draft.type, path)
  if (target === null) throw noPath(path)
  if (isReadOnly(target)) throw fixed(path)
  return change(draft, values, op, target, value)
}

const isExtension = ({ type }: Draft, path: string): boolean =>
  type.extension !== null && path.toLowerCase() === type.extension.id.toLowerCase()

function change(
  { members }: Draft,
  values: Attributes,
  op: PatchOperation['op'],
  target: PatchPath,
  value: unknown,
): Attributes {
  if (op !== 'remove' && value === undefined) throw badRequest('invalidValue', '„value“ fehlt', '“value” is missing')
  // Null is no value (RFC 7643, section 2.5), so to set it is to take away.
  const takesAway = op === 'remove' || value === null
  if (target.attribute.key === 'members') {
    changeMembers(members, takesAway ? 'remove' : op, target, value)
    return values
  }
  if (takesAway) return removeFrom(values, target, op === 'remove' ? value : undefined)
  return op === 'add' ? addTo(values, target, value) : replaceIn(values, target, value)
}

const isReadOnly = ({ attribute, part }: PatchPath): boolean =>
  attribute.mutability === 'readOnly' || part?.mutability === 'readOnly'

const fixed = (path: string) =>
  badRequest('mutability', `„${shown(path)}“ ist nur zu lesen`, `“${shown(path)}” can only be read`)

function withoutPath(draft: Draft, values: Attributes, op: PatchOperation['op'], value: unknown): Attributes {
  if (op === 'remove') throw badRequest('noTarget', '„remove“ braucht einen Pfad', '“remove” needs a path')
  if (!isObject(value)) throw badRequest('invalidValue', 'ein Objekt erwartet', 'an object expected')
  return eachMember(draft, values, op, value, '')
}

function eachMember(
  draft: Draft,
  values: Attributes,
  op: PatchOperation['op'],
  object: Readonly<Record<string, unknown>>,
  prefix: string,
): Attributes {
  let now = values
  for (const [name, value] of Object.entries(object)) {
    const path = `${prefix}${name}`
    if (isExtension(draft, path)) {
      now = extensionWhole(draft, now, op, value)
      continue
    }
    const target = parsePath(draft.type, path)
    if (target !== null && !isReadOnly(target)) now = change(draft, now, op, target, value)
  }
  return now
}

/** The extension as a whole: its members one by one, or all of them away. */
function extensionWhole(draft: Draft, values: Attributes, op: PatchOperation['op'], value: unknown): Attributes {
  const id = draft.type.extension?.id ?? ''
  if (op === 'remove' || value === null)
    return Object.fromEntries(Object.entries(values).filter(([key]) => !key.startsWith(`${id}:`)))
  if (!isObject(value)) throw badRequest('invalidValue', 'ein Objekt erwartet', 'an object expected')
  return eachMember(draft, values, op, value, `${id}:`)
}
