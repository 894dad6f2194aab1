import { badRequest } from '../protocol/scim-problem.ts'

const MOST_DEPTH = 16

/** Names by which a careless reader could be made to write into prototypes; no attribute has one of them. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * Parses a body: JSON of bounded depth.
 *
 * @returns undefined for an empty body
 * @throws {ScimProblem} `invalidSyntax`
 */
export function readJson(body: string): unknown {
  if (body.trim() === '') return undefined
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    throw badRequest('invalidSyntax', 'kein gültiges JSON', 'no valid JSON')
  }
  let level: unknown[] = [parsed]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MOST_DEPTH) throw badRequest('invalidSyntax', 'zu tief geschachtelt', 'nested too deeply')
    const next: unknown[] = []
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue
      for (const [name, inner] of Object.entries(value)) {
        if (FORBIDDEN.has(name))
          throw badRequest('invalidSyntax', 'ein Name ist nicht erlaubt', 'a name is not allowed')
        if (typeof inner === 'object' && inner !== null) next.push(inner)
      }
    }
    level = next
  }
  return parsed
}
