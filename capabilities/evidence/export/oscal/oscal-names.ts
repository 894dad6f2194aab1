import type { Json } from '../../../../kernel/ledger/canonical-json.ts'
import { uuid5 } from './uuid5.ts'

/** Namespace of our properties (`ns`) and of the names from which our UUIDs are made. */
export const NAMESPACE = 'urn:bergfried:oscal:1'

/** UUIDv5 in the URL namespace of RFC 9562, section 6.6, over {@link NAMESPACE}. */
const ROOT = uuid5('6ba7b811-9dad-11d1-80b4-00c04fd430c8', NAMESPACE)

/**
 * Makes the UUIDs of one installation: the same thing has the same UUID in every export.
 *
 * @param installation - what tells installations apart: the origin of the log, or nothing where there is none
 */
export function uuidMaker(installation: string): (...name: readonly (string | number)[]) => string {
  const own = uuid5(ROOT, installation)
  return (...name) => uuid5(own, JSON.stringify(name))
}

/** A text on one line that is not empty: OSCAL's `string`. */
export function line(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return (
    text
      .toWellFormed()
      .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
      .trim() || '-'
  )
}

/** A property in our namespace. */
export const prop = (name: string, value: unknown, group?: string): Json => ({
  name,
  ns: NAMESPACE,
  value: line(value),
  ...(group === undefined ? {} : { class: group }),
})

/** A name as OSCAL's `token`. */
export const token = (text: string): string => {
  const clean = text.replace(/[^\p{L}\p{N}._-]/gu, '_')
  return /^[\p{L}_]/u.test(clean) ? clean : `_${clean}`
}

/** A digit-for-digit instant in UTC. */
export const stamp = (time: Date): string => time.toISOString()
