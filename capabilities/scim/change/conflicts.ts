import { ScimProblem, shown } from '../protocol/scim-problem.ts'
import type { Attributes } from '../schema/attribute.ts'

/** 404 (RFC 7644, section 3.4.1 and 3.6). */
export const gone = (id: string): ScimProblem =>
  new ScimProblem(404, null, {
    de: `Die Ressource „${shown(id)}“ gibt es nicht.`,
    en: `There is no resource “${shown(id)}”.`,
  })

/** What the database says where a name is taken already, in the words of SCIM (RFC 7644, section 3.3.1). */
export function translateConflict(error: unknown): unknown {
  const { code, constraint } = (error ?? {}) as { code?: unknown; constraint?: unknown }
  if (code !== '23505') return error
  const what = constraint === 'scim_user_person' ? 'externalId' : 'userName'
  return new ScimProblem(409, 'uniqueness', {
    de: `„${what}“ gehört schon jemandem.`,
    en: `“${what}” is somebody's already.`,
  })
}

/** Names of the attributes that differ, sorted. */
export function changedNames(before: Attributes, after: Attributes): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].filter((name) => written(before[name]) !== written(after[name])).sort()
}

/** Members of objects in one order: the database keeps none. */
const written = (value: unknown): string =>
  JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  ) ?? ''
