import { FACTS, type FactKind } from '../../../facts/kinds.ts'
import type { Check } from '../../../kernel/check/check.ts'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { Control, Policy } from '../../../kernel/policy/policy-schema.ts'

/** What an export is about. */
export interface Scope {
  /** Whether it is about every control: then every entry of the window concerns it. */
  readonly all: boolean
  readonly controls: readonly Control[]
  /** The checks that measure these controls, by id, sorted. */
  readonly checks: readonly Check[]
  /** The kinds of facts that these checks read, sorted. */
  readonly kinds: readonly FactKind[]
}

/**
 * The scope of some controls, in the order of the policy.
 *
 * @param wanted - ids; null: all
 * @throws {BergfriedError} `control.unknown`
 */
export function scopeOf(policy: Policy, checks: ReadonlyMap<string, Check>, wanted: readonly string[] | null): Scope {
  for (const id of wanted ?? []) {
    if (!policy.controls.some((c) => c.id === id)) throw new BergfriedError('control.unknown', { control: id })
  }
  const controls = policy.controls.filter((c) => wanted === null || wanted.includes(c.id))
  const ids = [...new Set(controls.flatMap((c) => c.checks))].sort()
  const own = ids.map((id) => checks.get(id)).filter((check) => check !== undefined)
  const kinds = new Set(own.flatMap((check) => [...check.reads, ...(check.fleet ?? [])]))
  return { all: wanted === null, controls, checks: own, kinds: [...kinds].filter((k) => FACTS.has(k)).sort() }
}

/**
 * Condition on `e` (evidence.entry) for the entries that concern a scope. Parameters: `$1` boolean all, `$2` text[] controls,
 * `$3` text[] checks, `$4` text[] kinds of facts.
 */
export const CONCERNS = `
  ($1::boolean or case e.kind
    when 'judgement' then true
    when 'configuration' then true
    when 'reconciled' then true
    when 'verdicts' then e.body::jsonb ->> 'check' = any($3::text[])
    when 'exception' then e.body::jsonb ->> 'check' = any($3::text[])
    when 'exception_end' then exists (
      select from desk.exception x where x.id = (e.body::jsonb ->> 'id')::bigint and x.check_name = any($3::text[]))
    when 'attestation' then e.body::jsonb ->> 'control' = any($2::text[])
    when 'collection' then e.body::jsonb -> 'kinds' ?| $4::text[] or e.body::jsonb -> 'failures' ?| $4::text[]
    when 'drill' then exists (
      select from jsonb_array_elements(e.body::jsonb -> 'results') r where r ->> 'check' = any($3::text[]))
    when 'statement' then exists (
      select from jsonb_array_elements(e.body::jsonb -> 'controls') c where c ->> 'id' = any($2::text[]))
    when 'states' then exists (
      select from jsonb_array_elements(e.body::jsonb -> 'controls') c where c ->> 'id' = any($2::text[]))
    else false end)`

/** The values of {@link CONCERNS}. */
export const concernParams = (scope: Scope): readonly unknown[] => [
  scope.all,
  scope.controls.map((c) => c.id),
  scope.checks.map((c) => c.id),
  scope.kinds,
]
