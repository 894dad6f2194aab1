import type { Filter } from '../filter/filter.ts'
import { parseValueFilter } from '../filter/parse-filter.ts'
import { TokenReader } from '../filter/token-reader.ts'
import { badRequest, ScimProblem, shown } from '../protocol/scim-problem.ts'
import type { Attribute } from '../schema/attribute.ts'
import { resolveName } from '../schema/resolve-name.ts'
import type { ResourceType } from '../schema/resource-type.ts'

/** What an operation is about: an attribute, a part of it, or some of its values. */
export interface PatchPath {
  readonly attribute: Attribute
  /** Which of its values; null: all. */
  readonly filter: Filter | null
  readonly part: Attribute | null
}

/**
 * Reads a path (RFC 7644, figure 7): `attribute`, `attribute.part`, `attribute[filter]`, `attribute[filter].part`.
 *
 * @returns null where it is well-formed and names no attribute of this kind of resource
 * @throws {ScimProblem} `invalidPath` for what is no path, `invalidFilter` for a filter in it that is none
 */
export function parsePath(type: ResourceType, path: string): PatchPath | null {
  const reader = readerOf(path)
  const head = reader.take()
  if (head?.kind !== 'word') throw noPath(path)
  const name = resolveName(type, head.text)
  if (reader.peek() === undefined) return name === null ? null : { ...name, filter: null }
  if (name === null) return null
  if (name.part !== null || reader.peek()?.kind !== '[') throw noPath(path)
  const { attribute } = name
  if (!attribute.multiValued) throw noPath(path)
  const filter = parseValueFilter(reader, attribute)
  const tail = reader.take()
  if (tail === undefined) return { attribute, filter, part: null }
  const part =
    tail.kind === 'word' && tail.text.startsWith('.')
      ? attribute.parts.get(tail.text.slice(1).toLowerCase())
      : undefined
  if (part === undefined || reader.peek() !== undefined) throw noPath(path)
  return { attribute, filter, part }
}

function readerOf(path: string): TokenReader {
  try {
    return new TokenReader(path)
  } catch (error) {
    throw error instanceof ScimProblem ? noPath(path) : error
  }
}

export const noPath = (path: string): ScimProblem =>
  badRequest('invalidPath', `„${shown(path)}“ ist hier kein Pfad`, `“${shown(path)}” is no path here`)
