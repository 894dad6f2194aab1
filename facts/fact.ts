import * as z from 'zod'

/** Which kind of system a fact speaks of. `any` facts are recorded for every system. */
export type SystemKind = 'host' | 'postgres' | 'endpoint' | 'register' | 'product'
/** Systems that no connector reads: what is known of them is handed in. */
export type GivenKind = 'register' | 'product'

/**
 * The shape of one kind of fact: a flat row about a system.
 *
 * Allowed column types: string, enum, boolean, integer, number, array of strings, and each of them nullable.
 * Names are camelCase here and snake_case in the database. A fact never holds a secret: no hash, no key, no token.
 */
export interface FactDefinition<K extends string = string, S extends z.ZodRawShape = z.ZodRawShape> {
  readonly kind: K
  readonly about: SystemKind | 'any'
  readonly title: { readonly de: string; readonly en: string }
  readonly shape: z.ZodObject<S>
  /** A believable row. Examples of checks are written as differences from it. */
  readonly sample: z.infer<z.ZodObject<S>>
}

export const defineFact = <const K extends string, S extends z.ZodRawShape>(definition: {
  kind: K
  about: SystemKind | 'any'
  title: { de: string; en: string }
  columns: S
  sample: z.infer<z.ZodObject<S>>
}): FactDefinition<K, S> => {
  const { columns, ...rest } = definition
  return { ...rest, shape: z.strictObject(columns) as unknown as z.ZodObject<S> }
}

/** A short name: account, role, package, module. */
export const name = z.string().max(512)
/** A line of text from a system, already redacted. */
export const line = z.string().max(4096)
/** A list of short texts. */
export const names = z.array(z.string().max(4096)).max(10_000)
/** Calendar day, ISO 8601. */
export const day = z.iso.date()
/** Instant, ISO 8601 in UTC. */
export const instant = z.iso.datetime()
export const count = z.int().min(0)
/** File mode as four octal digits, for example `0644`. */
export const mode = z.string().regex(/^[0-7]{4}$/)
