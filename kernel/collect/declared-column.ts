/** A column of a cluster that is to hold envelopes alone. */
export interface DeclaredColumn {
  readonly database: string
  readonly schema: string
  readonly table: string
  readonly column: string
  /** Columns that a value is bound to. */
  readonly primaryKey: readonly string[]
  /** Key ids that may be in use, beside those of the key table. */
  readonly keys: readonly number[]
  /** Table with the wrapped data keys in the same database; null: `keys` says it. */
  readonly keyTable: { readonly schema: string; readonly table: string } | null
}
