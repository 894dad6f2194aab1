import type { Fact, FactKind } from '../facts/kinds.ts'
import type { Failure } from '../kernel/collect/store.ts'
import type { FactsOf } from './facts-of.ts'

/** What is different from a system in which all is well: rows more, rows less, rows that say something else, a kind unread. */
export type Change = {
  [K in FactKind]:
    | { readonly kind: K; readonly add: readonly Fact<K>[] }
    | { readonly kind: K; readonly drop: Partial<Fact<K>> }
    | { readonly kind: K; readonly where: Partial<Fact<K>>; readonly set: Partial<Fact<K>> }
    | { readonly kind: K; readonly fails: Failure }
}[FactKind]

type Row = Readonly<Record<string, unknown>>

/** Facts and failures of a system after some changes. Rows that a change speaks of and that are not there are a mistake. */
export function withChanges(facts: FactsOf, changes: readonly Change[]) {
  const rows = new Map(Object.entries(facts) as [FactKind, readonly Row[]][])
  const failures = new Map<FactKind, Failure>()
  for (const change of changes) {
    const before = rows.get(change.kind) ?? []
    if ('fails' in change) failures.set(change.kind, change.fails)
    else if ('add' in change) rows.set(change.kind, [...before, ...change.add])
    else {
      const where: Row = 'drop' in change ? change.drop : change.where
      if (!before.some((row) => fits(row, where))) {
        throw new Error(`the story speaks of a ${change.kind} that is not there: ${JSON.stringify(where)}`)
      }
      const after =
        'drop' in change
          ? before.filter((row) => !fits(row, where))
          : before.map((row) => (fits(row, where) ? { ...row, ...change.set } : row))
      rows.set(change.kind, after)
    }
  }
  return { rows, failures }
}

const fits = (row: Row, where: Row): boolean => Object.entries(where).every(([field, value]) => row[field] === value)
