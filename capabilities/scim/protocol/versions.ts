import { ScimProblem } from './scim-problem.ts'

/** The entity tag of a version (RFC 7644, section 3.14): weak, since what is left out of an answer does not change it. */
export const tagOf = (version: number): string => `W/"${version}"`

/** Whether a header names a version. Compared weakly, as the examples of RFC 7644 have it. */
export const namesVersion = (header: string, version: number): boolean =>
  header
    .slice(0, 1000)
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === '*' || tag === `"${version}"`)

/** @throws {ScimProblem} 412 where a caller wants to change another version than there is */
export function requireVersion(ifMatch: string | null, version: number): void {
  if (ifMatch !== null && !namesVersion(ifMatch, version))
    throw new ScimProblem(412, null, {
      de: 'Die Ressource wurde inzwischen geändert. Neu lesen und noch einmal.',
      en: 'The resource was changed in the meantime. Read it again and retry.',
    })
}
