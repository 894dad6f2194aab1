import { MOST_OPERATIONS, PATCH_MESSAGE } from '../contract.ts'
import { badRequest } from '../protocol/scim-problem.ts'
import { isObject, membersByName } from '../resource/members-by-name.ts'
import { requireSchema } from '../resource/read-resource.ts'

/** One operation of a PATCH (RFC 7644, section 3.5.2). */
export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove'
  readonly path: string | null
  /** Undefined: none was given. */
  readonly value: unknown
}

/**
 * The operations of a PATCH. The names of operations are taken in any case: Entra writes `Add` and `Replace`.
 *
 * @throws {ScimProblem} `invalidSyntax`, `invalidPath`
 */
export function parsePatch(body: unknown): readonly PatchOperation[] {
  if (!isObject(body)) throw badRequest('invalidSyntax', 'ein Objekt erwartet', 'an object expected')
  const given = membersByName(body)
  requireSchema(given.get('schemas'), PATCH_MESSAGE)
  const operations = given.get('operations')
  if (!Array.isArray(operations) || operations.length === 0 || operations.length > MOST_OPERATIONS)
    throw badRequest(
      'invalidSyntax',
      `„Operations“ hat 1 bis ${MOST_OPERATIONS} Einträge`,
      `“Operations” has 1 to ${MOST_OPERATIONS} entries`,
    )
  return operations.map(parseOperation)
}

function parseOperation(raw: unknown): PatchOperation {
  if (!isObject(raw)) throw badRequest('invalidSyntax', 'eine Operation ist kein Objekt', 'an operation is no object')
  const given = membersByName(raw)
  const op = String(given.get('op')).toLowerCase()
  if (op !== 'add' && op !== 'replace' && op !== 'remove')
    throw badRequest('invalidSyntax', '„op“ ist add, replace oder remove', '“op” is add, replace or remove')
  const path = given.get('path') ?? null
  if (path !== null && typeof path !== 'string')
    throw badRequest('invalidPath', '„path“ ist kein Text', '“path” is no text')
  return { op, path: path === '' ? null : path, value: given.get('value') }
}
