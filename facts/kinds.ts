import type * as z from 'zod'
import { FACT_DEFINITIONS } from './registry.generated.ts'

type Definition = (typeof FACT_DEFINITIONS)[number]

/** Name of a kind of fact: also the name of its table and of the relation that a check reads. */
export type FactKind = Definition['kind']

/** A row of one kind, camelCase. */
export type Fact<K extends FactKind> = z.infer<Extract<Definition, { kind: K }>['shape']>

/** Every kind of fact by name. */
export const FACTS: ReadonlyMap<FactKind, Definition> = new Map(FACT_DEFINITIONS.map((d) => [d.kind, d] as const))
